import type { RebuildPage } from '../../../contract/shapes/rebuild.ts';
import type { Backend } from '../../journal/commit.ts';
import { DomainError } from '../../shared/errors.ts';
import { checkHouseholds } from './households.ts';
import { checkLedger } from './ledger.ts';
import { cursorSchema, type PartOfPage, type RebuildCursor } from './page.ts';
import { checkPayments } from './payments.ts';
import { checkSessions } from './sessions.ts';

/**
 * Computes one page of an estate again from the journal: receipts from their evidence, the lines of the ledger from
 * their entries, wallets from the postings, what they count from sessions and orders, orders at providers from their
 * steps. Nothing is written. Pages are small, so that each is done in a few seconds.
 */
export async function rebuildPage(
  backend: Backend,
  estateId: string,
  cursorText: string | undefined,
): Promise<RebuildPage> {
  const cursor = cursorIn(cursorText);
  const { next, checked, differences, ...rest } = await checkPart(backend, estateId, cursor);
  return {
    accounts: {},
    packagesUsed: {},
    packages: {},
    ...rest,
    differences: [...differences],
    checked: { sessions: 0, receipts: 0, entries: 0, households: 0, payments: 0, ...checked },
    ...(next === undefined ? {} : { cursor: textOf(next) }),
  };
}

function checkPart(backend: Backend, estateId: string, cursor: RebuildCursor): Promise<PartOfPage> {
  switch (cursor.part) {
    case 'sessions':
      return checkSessions(backend, estateId, cursor);
    case 'ledger':
      return checkLedger(backend, estateId, cursor);
    case 'households':
      return checkHouseholds(backend, estateId, cursor);
    case 'payments':
      return checkPayments(backend, estateId, cursor);
  }
}

const textOf = (cursor: RebuildCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function cursorIn(text: string | undefined): RebuildCursor {
  if (text === undefined) return { part: 'sessions' };
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new DomainError('bad-request', 'The cursor is none of ours');
  }
}
