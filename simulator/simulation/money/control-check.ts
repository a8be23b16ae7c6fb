import * as z from 'zod/mini';
import { isWallet } from '../../../src/shared/keys-read.ts';
import type { Item } from '../../../src/shared/table.ts';
import type { Change, Watcher } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

const entrySchema = z.object({
  sender: z.string(),
  outcome: z.string(),
  facts: z.object({
    changeId: z.string(),
    setting: z.object({ kind: z.string(), id: z.string() }),
  }),
});

/** No control over money is loosened, but in one commit with the word of somebody who has not asked for it. */
export class ControlCheck {
  readonly #verdict: Verdict;
  readonly #askedBy = new Map<string, string>();

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  readonly see: Watcher = (changes) => {
    const approved = changes.flatMap(({ after }) => this.#approval(after));
    for (const change of changes) {
      const what = loosenedBy(change);
      if (what === undefined || approved.includes(what)) continue;
      this.#verdict.breach('control', `${what} was raised without a second person`);
    }
  };

  /** What an entry approves, if it is somebody else's who asked for it. */
  #approval(item: Item | undefined): string[] {
    if (item?.['type'] !== 'entry' || item['kind'] !== 'setting') return [];
    const { sender, outcome, facts } = entrySchema.parse(item);
    const { changeId, setting } = facts;
    if (outcome === 'awaiting-approval') this.#askedBy.set(changeId, sender);
    const isSecond = this.#askedBy.has(changeId) && this.#askedBy.get(changeId) !== sender;
    return outcome === 'approved' && isSecond ? [`${setting.kind} ${setting.id}`] : [];
  }
}

function loosenedBy({ before, after }: Change): string | undefined {
  const raised = (member: string) => Number(after?.[member] ?? 0) > Number(before?.[member] ?? 0);
  if (after !== undefined && isWallet(after))
    return raised('creditLimitFen') ? `credit ${after['householdId']}` : undefined;
  // The estate is founded before anybody looks.
  return after?.sk === 'ESTATE' && before !== undefined && raised('cashApprovalFen')
    ? `estate ${after['estateId']}`
    : undefined;
}
