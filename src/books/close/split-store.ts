import { splitRuleSchema } from '../../../contract/shapes/books.ts';
import type { Backend } from '../../journal/commit.ts';
import type { Setting } from '../../settings/setting.ts';
import { DomainError } from '../../shared/errors.ts';
import { keys } from '../../shared/keys.ts';
import { startingWith } from '../../shared/keys-read.ts';
import type { Table, Write } from '../../shared/table.ts';
import { readBooks } from './month-store.ts';
import { ruleFor, type SplitRule, unwrittenRule } from './split.ts';

/** In the order of their months. */
export async function readSplitRules(table: Table, estateId: string): Promise<SplitRule[]> {
  const items = await table.query(startingWith(keys.splitRule(estateId, '')));
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
 * How the revenue is divided from a month on: by the rule of that month, or else by the one before it. It may be written
 * again until that month is closed. Throws `month-closed` for a month whose split has been told.
 */
export function splitRuleSetting({ table }: Backend, estateId: string, fromMonth: string): Setting {
  const key = keys.splitRule(estateId, fromMonth);
  const countKey = keys.splitRuleCount(estateId);
  return {
    kind: 'split-rule',
    id: fromMonth,
    async read() {
      const [[item, counted], books] = await Promise.all([
        table.get([key, countKey]),
        readBooks(table, estateId),
      ]);
      const before = ruleFor(await readSplitRules(table, estateId), fromMonth);
      return {
        members: item && { shares: splitRuleSchema.parse(item['rule']).shares },
        defaults: { shares: before?.shares ?? unwrittenRule },
        version: item?.version ?? 0,
        write({ shares }) {
          if (books !== undefined && fromMonth <= books.lastMonth)
            throw new DomainError('month-closed', `${books.lastMonth} is closed; let the rule begin later`);
          return [
            {
              put: { ...key, rule: splitRuleSchema.parse({ fromMonth, shares }) },
              when: { version: item?.version },
            },
            { put: { ...countKey }, when: { version: counted?.version } },
            // No month is closed between the look and the writing.
            { check: keys.books(estateId), when: { version: books?.version } },
          ];
        },
      };
    },
  };
}
