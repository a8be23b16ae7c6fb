import { listedCardDue } from '../access/card-list.ts';
import { type DeliverySources, deliverAlert } from '../alerts/deliver-alert.ts';
import { stayEnded } from '../charging/handle-removal.ts';
import { portDue } from '../charging/watch-port.ts';
import { corridorDue } from '../corridor/handle-sighting.ts';
import { facilityDue } from '../fire/repeat-evacuation.ts';
import { type PaymentSources, paymentDue } from '../payments/watch-payment.ts';
import {
  isAlert,
  isCorridor,
  isFacility,
  isListedCard,
  isPayment,
  isPort,
  isPresence,
  isPriceList,
  isTariff,
} from '../shared/keys-read.ts';
import { type Key, timerShards } from '../shared/table.ts';
import { priceListDue } from '../tariffs/price-rollout.ts';
import { tariffDue } from '../tariffs/tariff-takes-effect.ts';

export type SweepSources = PaymentSources & Omit<DeliverySources, 'hanging'>;
/** … and what is learnt on the way. */
type Sources = PaymentSources & DeliverySources;

/** How many timers of one shard are read in the first round; every further round reads as many more. */
const batch = 50;
const roundLimit = 20;

/** Timers of one lane are looked at side by side. */
const sideBySide = 8;

/** A timer that fails, or changes nothing, is looked at again so much later, behind the others. */
const postponeMs = 60_000;

interface Timer {
  /** Whose timer it is stands in its key. */
  readonly owns: (key: Key) => boolean;
  readonly due: (sources: Sources, key: Key) => Promise<void>;
}

/** Every item that has a timer (`dueAtMs`), and who looks at it. Most urgent first: people and fire before money, money before lists. */
const timers: readonly Timer[] = [
  { owns: isFacility, due: facilityDue },
  { owns: isAlert, due: deliverAlert },
  { owns: isPort, due: portDue },
  { owns: isPresence, due: stayEnded },
  { owns: isCorridor, due: corridorDue },
  { owns: isListedCard, due: listedCardDue },
  { owns: isPayment, due: paymentDue },
  { owns: isTariff, due: tariffDue },
  { owns: isPriceList, due: priceListDue },
];

/** Timers that failed: the sweep goes on with the others, and then says so. */
export class TimersFailed extends Error {
  override readonly name = 'TimersFailed';
  constructor(failures: readonly { key: Key; error: unknown }[]) {
    const told = failures.slice(0, 3).map(({ key, error }) => `${key.pk} ${key.sk}: ${String(error)}`);
    super(`${failures.length} timers failed, e.g. ${told.join('; ')}`);
  }
}

/**
 * Looks at everything that is due, most urgent first, and the alerts of each estate in a lane of their own: a webhook
 * that hangs must not keep the next door shut, nor another estate uninformed. Each timer is decided on the item as it is
 * now, so a late or second look is harmless. Answers how many were looked at; throws TimersFailed after all of them.
 */
export async function sweep(given: SweepSources): Promise<number> {
  const sources = { ...given, hanging: new Set<string>() };
  const nowMs = sources.clock.now();
  const failures: { key: Key; error: unknown }[] = [];
  const seen = new Set<string>();
  for (let round = 1; round <= roundLimit; round += 1) {
    const due = await dueNow(sources, nowMs, round * batch);
    const fresh = due.filter((key) => !seen.has(nameOf(key)));
    if (fresh.length === 0) break;
    for (const key of fresh) seen.add(nameOf(key));
    fresh.sort((a, b) => urgency(a) - urgency(b));
    const lanes = Map.groupBy(fresh, (key) => (isAlert(key) ? key.pk : 'others'));
    await Promise.all(
      [...lanes.values()].map(async (lane) => {
        for (let from = 0; from < lane.length; from += sideBySide) {
          const looks = lane.slice(from, from + sideBySide).map(async (key) => {
            await look(sources, key).catch((error) => failures.push({ key, error }));
            await postponeIfStuck(sources, key, nowMs);
          });
          await Promise.all(looks);
        }
      }),
    );
  }
  if (failures.length > 0) throw new TimersFailed(failures);
  return seen.size;
}

async function dueNow({ table }: Sources, nowMs: number, limit: number): Promise<Key[]> {
  const shards = Array.from({ length: timerShards }, (_, shard) => table.due(shard, nowMs, limit));
  return (await Promise.all(shards)).flat();
}

async function look(sources: Sources, key: Key): Promise<void> {
  const timer = timers[urgency(key)];
  if (timer === undefined) throw new RangeError(`No timer belongs to ${key.pk} ${key.sk}`);
  await timer.due(sources, key);
}

/** Whatever the reason: an item that was looked at and is still due would be looked at first, for ever. */
async function postponeIfStuck({ table }: Sources, key: Key, nowMs: number): Promise<void> {
  const [item] = await table.get([key]);
  if (item?.dueAtMs === undefined || item.dueAtMs > nowMs || item.version === undefined) return;
  await table.commit([{ put: { ...item, dueAtMs: nowMs + postponeMs }, when: { version: item.version } }]);
}

function urgency(key: Key): number {
  const found = timers.findIndex(({ owns }) => owns(key));
  return found < 0 ? timers.length : found;
}

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;
