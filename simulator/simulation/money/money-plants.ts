import type { Envelope } from '../../../src/devices/envelope.ts';
import type { PaymentProvider, Payments } from '../../../src/payments/provider.ts';
import { keys } from '../../../src/shared/keys.ts';
import { isTariff, isTariffSaved, isWallet } from '../../../src/shared/keys-read.ts';
import type { Item, Table } from '../../../src/shared/table.ts';
import { isPut, type Plant, type Put, rewriting, unconditional } from '../world/rewriting.ts';
import { estateId } from '../world/small-estate.ts';
import { factsOf, settledAfter } from '../world/tamper.ts';

/** What moves money beside sessions. */
const moneyVerbs = new Set<unknown>([
  ...['cash-top-up', 'cash-refund', 'correction', 'top-up', 'package-bought', 'package-returned'],
  ...['refund-requested', 'refund-failed', 'household-changed'],
]);

/** Writes what was worked out from a wallet that may be another by now. */
function blindly(table: Table): Table {
  return {
    ...table,
    get: (wanted) => table.get(wanted),
    query: (query) => table.query(query),
    due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
    commit(writes) {
      const isVerb = writes.some((write) => isPut(write) && moneyVerbs.has(write.put['kind']));
      return rewriting(table, (put) => (isVerb && isWallet(put.put) ? unconditional(put) : put)).commit(
        writes,
      );
    },
  };
}

/** The end of a session is when we heard of its settlement, counted from when we heard of its start. */
function byOurClock(): (envelope: Envelope) => Envelope {
  const startedAtMs = new Map<string, number>();
  return (envelope) => {
    const { topic, client, receivedAtMs } = envelope;
    if (!topic.startsWith('JUY/D2S/')) return envelope;
    const payload = Buffer.from(envelope.data, 'base64');
    const { kind, order } = factsOf(payload);
    const session = `${client}-${order}`;
    const startMs = startedAtMs.get(session);
    if (kind === 'start-answer' && startMs === undefined) startedAtMs.set(session, receivedAtMs);
    if (kind !== 'settlement' || startMs === undefined) return envelope;
    const seconds = Math.max(0, Math.round((receivedAtMs - startMs) / 1000));
    return { ...envelope, data: Buffer.from(settledAfter(payload, seconds)).toString('base64') };
  };
}

/** Whoever asks again asks for another refund, and never learns of the one before. */
function forgetful(provider: PaymentProvider): PaymentProvider {
  let asked = 0;
  return {
    ...provider,
    async refund(refund) {
      asked += 1;
      const news = await provider.refund({ ...refund, refundId: `${refund.refundId}-${asked}` });
      return { ...news, refundId: refund.refundId };
    },
    queryRefund: async ({ orderId, refundId }) => ({
      orderId,
      refundId,
      state: 'unknown',
      said: 'NOT_FOUND',
    }),
  };
}

/** Nothing is known of a version when it is saved, and whatever stands is written over. */
function writtenOver(table: Table): Table {
  const versions = keys.tariffVersion(estateId, '').sk;
  const isVersion = (key: { readonly pk: string; readonly sk: string }) =>
    key.sk.startsWith(versions) || isTariffSaved(key);
  let saved = 0;
  const over = (write: Put): Put => {
    const { put } = write;
    if (put['kind'] === 'tariff-saved') {
      saved += 1;
      return { put: { ...put, sk: `SAVED~${saved}` }, when: 'absent' };
    }
    return put.sk.startsWith(versions) || isTariff(put) ? { put, when: 'always' } : write;
  };
  return {
    get: async (wanted) => {
      const items = await table.get(wanted);
      return items.map((item: Item | undefined, index) => {
        const key = wanted[index];
        return key !== undefined && isVersion(key) ? undefined : item;
      });
    },
    query: (query) => table.query(query),
    due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
    commit: (writes) => rewriting(table, over).commit(writes),
  };
}

/** Nobody is known again as the one who has asked. */
function faceless(table: Table): Table {
  const prefix = keys.settingChange(estateId, '', 'asked').pk;
  const isAsked = (item: Item | undefined): item is Item =>
    item?.pk.startsWith(prefix) === true && item.sk === 'ASKED';
  return {
    get: async (wanted) =>
      (await table.get(wanted)).map((item) => (isAsked(item) ? { ...item, sender: 'nobody' } : item)),
    query: (query) => table.query(query),
    due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
    commit: (writes) => table.commit(writes),
  };
}

/** Bugs in the handling of money. */
export const moneyPlants: readonly Plant[] = [
  {
    name: 'read-then-write-wallet',
    what: 'whatever moves money beside a session reads the wallet, and then writes it whatever it has become',
    table: blindly,
  },
  {
    name: 'server-time-pricing',
    what: 'a session is taken to end when its settlement is heard of, and not when the board says',
    hearing: byOurClock,
  },
  {
    name: 'double-refund',
    what: 'a refund that is asked for again is asked for under another number',
    payments: (payments: Payments): Payments =>
      Object.fromEntries(Object.entries(payments).map(([name, provider]) => [name, forgetful(provider)])),
  },
  {
    name: 'one-person-suffices',
    what: 'whoever asks for a change that needs a second person may approve it too',
    table: faceless,
  },
  {
    name: 'mutable-tariff',
    what: 'a version of a tariff can be saved again, with other prices',
    table: writtenOver,
  },
];
