import { isDeepStrictEqual } from 'node:util';
import { type Presence, presenceSchema } from '../../../src/access/presence.ts';
import { stepsOf } from '../../../src/charging/steps.ts';
import { nobodysEstate, parseEntry } from '../../../src/journal/entry.ts';
import { agreementSchema } from '../../../src/journal/facts/session.ts';
import { keys } from '../../../src/shared/keys.ts';
import { isCredential, isPort, isWallet } from '../../../src/shared/keys-read.ts';
import { wallClock } from '../../../src/shared/local-time.ts';
import type { Item } from '../../../src/shared/table.ts';
import { newestOf, summarise } from '../../../src/views/session-summary.ts';
import { timeZone } from '../world/small-estate.ts';
import { keyText, type Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** What must hold once everything has come to rest: nothing is left over, and the read models say what is so. */
export function checkAtRest(
  verdict: Verdict,
  store: Store,
  nowMs: number,
  revoked: ReadonlySet<string>,
): void {
  for (const { key, dueAtMs } of store.timers()) {
    if (dueAtMs < nowMs - 10 * 60_000)
      verdict.breach(
        'I9',
        `A timer is stuck: ${keyText(key)} was due ${(nowMs - dueAtMs) / 60_000} minutes ago`,
      );
  }
  for (const item of store.items.values()) {
    if (isPort(item) && item['open'] !== undefined)
      verdict.breach('I4', `A port never became free: ${keyText(item)}`);
    if (isWallet(item) && Object.keys(item['holds'] as object).length > 0)
      verdict.breach('I9', `Money is still held: ${JSON.stringify(item['holds'])}`);
    if (item['type'] === 'entry') checkEntryViews(verdict, store, item);
    if (item['type'] === 'presence') checkInside(verdict, store, presenceSchema.parse(item));
    if (revoked.has(String(item['credentialId'])) && isCredential(item) && item['revokedAtMs'] === undefined)
      verdict.breach('I7', `The revoked credential is valid again: ${keyText(item)}`);
  }
}

function checkEntryViews(verdict: Verdict, store: Store, item: Item): void {
  const entry = parseEntry(item);
  if (entry.postings !== undefined) {
    const line = keys.postingsOfEstate(entry.estateId, entry.receivedAtMs, `${entry.pk}|${entry.sk}`);
    if (store.peek(line) === undefined)
      verdict.breach('views', `${keyText(item)} is not in the list of postings`);
  }
  if (entry.refusal !== undefined) {
    const day = wallClock(entry.receivedAtMs, entry.estateId === nobodysEstate ? 'UTC' : timeZone).date;
    if (store.peek(keys.refusalOfEstate(entry.estateId, day, entry.receivedAtMs, entry.digest)) === undefined)
      verdict.breach('views', `The refusal ${keyText(item)} is not in the list of refusals`);
  }
  if (entry.kind === 'session-authorised') checkSession(verdict, store, item);
}

/** A session in the list is what the last of its steps has made it, whatever the order in which they were told. */
function checkSession(verdict: Verdict, store: Store, authorised: Item): void {
  const agreement = agreementSchema.parse(authorised['facts']);
  const { deviceId, order, estateId, authorisedAtMs, sessionId } = agreement;
  const { pk, prefix } = keys.sessionSteps(deviceId, order);
  const entries = [...store.items.values()].filter((item) => item.pk === pk && item.sk.startsWith(prefix));
  const newest = newestOf(stepsOf(entries.map(parseEntry)));
  const row = store.peek(keys.sessionOfEstate(estateId, authorisedAtMs, sessionId));
  const expected = summarise(agreement, newest);
  const { pk: _pk, sk: _sk, ...shown } = row ?? { pk: '', sk: '', state: 'missing' };
  if (!isDeepStrictEqual(shown, { ...expected }))
    verdict.breach(
      'views',
      `The session ${sessionId} is listed as ${shown['state']}, and is ${expected.state}`,
    );
}

function checkInside(verdict: Verdict, store: Store, { estateId, credentialId, open }: Presence): void {
  const rows = [...store.items.values()].filter(
    ({ pk, sk }) => pk === keys.inside(estateId, '', '').pk && sk.endsWith(`#${credentialId}`),
  );
  const shown = rows.map((row) => row['stayId']).join();
  if (shown !== (open?.stayId ?? ''))
    verdict.breach('views', `${credentialId} is shown inside as ${shown}, and is in ${open?.stayId}`);
}
