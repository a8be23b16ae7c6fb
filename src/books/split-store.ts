import { type Backend, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { readBooks } from './month-store.ts';
import { ruleFor, type SplitRule, splitRuleSchema } from './split.ts';

export async function readSplitRules(table: Table, estateId: string): Promise<SplitRule[]> {
  const items = await table.query({ pk: keys.books(estateId).pk, prefix: 'SPLITRULE#' });
  return items.map((item) => splitRuleSchema.parse(item['rule']));
}

/** The rule for a month; undefined where none was written. */
export async function readSplitRule(
  table: Table,
  estateId: string,
  month: string,
): Promise<SplitRule | undefined> {
  return ruleFor(await readSplitRules(table, estateId), month);
}

/**
 * Writes how the revenue is divided from a month on. It may be written again until that month is closed, and every
 * time is journalled. Throws `month-closed` for a month whose split has been told.
 */
export async function setSplitRule(backend: Backend, origin: Origin, rule: SplitRule): Promise<void> {
  const { table } = backend;
  const { estateId } = origin;
  const { fromMonth } = rule;
  await record(backend, async () => {
    const key = keys.splitRule(estateId, fromMonth);
    const [[item], books] = await Promise.all([table.get([key]), readBooks(table, estateId)]);
    const same = JSON.stringify(item?.['rule']) === JSON.stringify(rule);
    if (!same && books !== undefined && fromMonth <= books.lastMonth)
      throw new DomainError('month-closed', `${books.lastMonth} is closed; let the rule begin later`);
    // The same rule written again is the same fact, and its entry stands already.
    const number = same ? (item?.version ?? 1) : (item?.version ?? 0) + 1;
    return {
      entry: entryOf(
        keys.splitRuleSet(estateId, fromMonth, number),
        { ...origin, fact: `split-rule ${JSON.stringify(rule)}` },
        { kind: 'split-rule', outcome: 'set', keep: 'money', facts: { rule } },
        backend.vault,
      ),
      writes: [
        { put: { ...key, rule }, when: { version: item?.version } },
        // No month is closed between the look and the writing.
        { check: keys.books(estateId), when: { version: books?.version } },
      ],
    };
  });
}
