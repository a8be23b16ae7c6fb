import { isDeepStrictEqual } from 'node:util';
import { type Backend, conflictIs, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';
import { readBooks } from './month-store.ts';
import { ruleFor, type SplitRule, splitRuleSchema } from './split.ts';

export async function readSplitRules(table: Table, estateId: string): Promise<SplitRule[]> {
  const items = await table.query({ pk: keys.books(estateId).pk, prefix: 'SPLITRULE#' });
  return items.map((item) => splitRuleSchema.parse(item['rule']));
}

/**
 * The rule for a month, undefined where none was written; and the check under which it is still that one: no rule has
 * been written since.
 */
export async function readSplitRule(
  table: Table,
  estateId: string,
  month: string,
): Promise<{ readonly rule: SplitRule | undefined; readonly unchanged: Write }> {
  const countKey = keys.splitRuleCount(estateId);
  // Read before the rules: a rule that is written in between makes the check fail, and not pass unseen.
  const [counted] = await table.get([countKey]);
  const rule = ruleFor(await readSplitRules(table, estateId), month);
  return { rule, unchanged: { check: countKey, when: { version: counted?.version } } };
}

/**
 * Writes how the revenue is divided from a month on. It may be written again until that month is closed, and every
 * time is journalled. Throws `month-closed` for a month whose split has been told.
 */
export async function setSplitRule(backend: Backend, origin: Origin, rule: SplitRule): Promise<void> {
  const { table } = backend;
  const { estateId } = origin;
  const { fromMonth } = rule;
  const isSetNow = conflictIs(
    'lost-race',
    `A rule from ${fromMonth} on was set in this moment; look, and set it again`,
  );
  await record(
    backend,
    async () => {
      const key = keys.splitRule(estateId, fromMonth);
      const countKey = keys.splitRuleCount(estateId);
      const [[item, counted], books] = await Promise.all([
        table.get([key, countKey]),
        readBooks(table, estateId),
      ]);
      // A table gives the members of an item back in any order.
      const same = isDeepStrictEqual(item?.['rule'], rule);
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
          { put: { ...countKey }, when: { version: counted?.version } },
          // No month is closed between the look and the writing.
          { check: keys.books(estateId), when: { version: books?.version } },
        ],
      };
    },
    isSetNow,
  );
}
