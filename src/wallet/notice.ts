import type * as z from 'zod/mini';
import { noticeSchema } from '../../contract/shapes/wallet.ts';
import type { CardVault } from '../devices/card-vault.ts';
import { draft, type Origin, sealed } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import type { Item, Table, Write } from '../shared/table.ts';
import { crossingsBetween } from './budget.ts';
import type { Wallet } from './wallet.ts';

export type Notice = z.infer<typeof noticeSchema>;

/**
 * The writes that tell a household of limits of which most is spent. They belong into the transaction that writes
 * `after` under the version of `before`: the mark in the wallet, the fact and the notice stand together or not at all,
 * so that each limit is told once a month.
 */
export function noticeWrites(vault: CardVault, origin: Origin, before: Wallet, after: Wallet): Write[] {
  const { estateId, householdId } = after;
  return crossingsBetween(before.budget, after.budget).flatMap((crossing): Write[] => {
    const { noticeId, memberId, ...amounts } = crossing;
    const notice: Notice = {
      noticeId,
      estateId,
      householdId,
      ...(memberId === undefined ? {} : { memberId }),
      ...amounts,
      atMs: origin.receivedAtMs,
    };
    const entry = draft(
      keys.noticed(estateId, householdId, noticeId),
      { ...origin, payload: new Uint8Array(), fact: `notice ${noticeId}` },
      { kind: 'notice', outcome: 'told', facts: { ...notice } },
    );
    return [{ put: { ...sealed(entry, vault) }, when: 'absent' }, putNotice(notice)];
  });
}

const shownAtMost = 100;

/** What a household was told, newest month first. */
export async function noticesOf(table: Table, estateId: string, householdId: string): Promise<Notice[]> {
  const all = startingWith(keys.notice(estateId, householdId, ''));
  const items = await table.query({ ...all, newestFirst: true, limit: shownAtMost });
  return items.map(parseNotice);
}

/** Who read it first, and when, stays. Throws `not-found`, and `lost-race` when it is marked by many at once. */
export async function markRead(
  table: Table,
  { estateId, householdId, noticeId }: Pick<Notice, 'estateId' | 'householdId' | 'noticeId'>,
  readBy: string,
  readAtMs: number,
): Promise<Notice> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [item] = await table.get([keys.notice(estateId, householdId, noticeId)]);
    if (item === undefined) throw new DomainError('not-found', `There is no notice ${noticeId}`);
    const notice = parseNotice(item);
    if (notice.readAtMs !== undefined) return notice;
    const read = { ...notice, readAtMs, readBy };
    if ((await table.commit([putNotice(read)])).committed) return read;
  }
  throw new DomainError('lost-race', 'The notice is being read elsewhere; try again');
}

export const parseNotice = (item: Item): Notice => noticeSchema.parse(item);

function putNotice(notice: Notice): Write {
  const { version, ...content } = notice;
  const key = keys.notice(notice.estateId, notice.householdId, notice.noticeId);
  return { put: { ...key, type: 'notice', ...content }, when: { version } };
}
