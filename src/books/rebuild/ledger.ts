import type { Backend } from '../../journal/commit.ts';
import { keys } from '../../shared/keys.ts';
import { checkLines, linesAtOnce } from './lines.ts';
import type { CursorOf, PartOfPage } from './page.ts';

/** Lines of the estate's ledger; what they come to is added up over all pages. */
export async function checkLedger(
  backend: Backend,
  estateId: string,
  { after }: CursorOf<'ledger'>,
): Promise<PartOfPage> {
  const query = { ...keys.ledgerAfter(estateId, after), limit: linesAtOnce };
  const lines = await backend.table.query(query);
  const { postings, differences } = await checkLines(backend, lines);
  const accounts: Record<string, number> = {};
  for (const { debit, credit, amountFen } of postings) {
    accounts[debit] = (accounts[debit] ?? 0) - amountFen;
    accounts[credit] = (accounts[credit] ?? 0) + amountFen;
  }
  const last = lines.at(-1);
  return {
    checked: { entries: lines.length },
    differences,
    accounts,
    next:
      lines.length < linesAtOnce || last === undefined
        ? { part: 'households' }
        : { part: 'ledger', after: last.sk },
  };
}
