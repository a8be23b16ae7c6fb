import { correctionAccounts } from '../../../contract/shapes/office.ts';
import type { Backend } from '../../../src/journal/commit.ts';
import { sessionCostIn } from '../../../src/views/session-cost.ts';
import { askOrder, decideOrder, type Office } from '../../../src/wallet/office.ts';
import type { OfficeOrder } from '../../../src/wallet/office-order.ts';
import { insist, type PeopleParts } from '../world/people.ts';
import { personOrigin } from '../world/small-estate.ts';

const SECOND_MS = 1000;
const MANY_ATTEMPTS = 100;

/** An order of the office, and every final answer that somebody was given on it. */
export interface AskedOrder {
  readonly order: OfficeOrder;
  readonly told: Set<string>;
}

/** The money desk of the property office: cash in and out, corrections, and the second person who decides. */
export class Desk {
  readonly #parts: PeopleParts;
  readonly asked = new Map<string, AskedOrder>();

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  cashIn(householdId: string, amountFen: number): Promise<void> {
    return this.#order({ kind: 'cash-top-up', householdId, amountFen });
  }

  cashOut(householdId: string, amountFen: number): Promise<void> {
    return this.#order({ kind: 'cash-refund', householdId, amountFen, reason: 'moves away' });
  }

  /** Gives back part of a session, or takes and gives without one. */
  correct(householdId: string, amountFen: number, sessionId: string | undefined): Promise<void> {
    const { random } = this.#parts;
    return this.#order({
      ...{ kind: 'correction', householdId, amountFen, reason: 'complaint' },
      ...(sessionId === undefined ? {} : { sessionId }),
      account: random.pick(correctionAccounts),
    });
  }

  /** Asked for until it is answered, sometimes at two windows at once; then, perhaps after a while, decided. */
  async #order(wanted: Omit<OfficeOrder, 'orderId'>): Promise<void> {
    const { random, schedule } = this.#parts;
    const order: OfficeOrder = { ...wanted, orderId: `o${this.asked.size + 1}` };
    const asked: AskedOrder = { order, told: new Set() };
    this.asked.set(order.orderId, asked);
    const ask = () =>
      this.#insist((office, sender) => askOrder(office, originBy(sender, office), order), 'cashier', asked);
    const answers = await Promise.all(random.chance(0.2) ? [ask(), ask()] : [ask()]);
    if (!answers.includes('awaiting-approval')) return;
    await schedule.sleep(random.chance(0.7) ? random.int(1, 60) * SECOND_MS : random.int(1, 60) * 60_000, '');
    await this.#decide(asked);
  }

  /** One decides, or two at once, of one mind or of two; now and then it is who has asked. */
  async #decide(asked: AskedOrder): Promise<void> {
    const { random, verdict, schedule } = this.#parts;
    const { kind, orderId } = asked.order;
    const decide = (sender: string, decision: 'approved' | 'rejected') =>
      this.#insist(
        (office) => decideOrder(office, originBy(sender, office), kind, orderId, decision),
        sender,
        asked,
      );
    if (random.chance(0.1) && (await decide('cashier', 'approved')) !== undefined)
      verdict.breach('I2', `Who asked for ${kind} ${orderId} has approved it too`);
    const second = random.pick(['nothing', 'nothing', 'approved', 'rejected'] as const);
    const first = decide('manager', random.chance(0.9) ? 'approved' : 'rejected');
    await schedule.sleep(random.int(0, 20), '');
    await Promise.all([first, ...(second === 'nothing' ? [] : [decide('operator', second)])]);
  }

  async #insist(
    request: (office: Office, sender: string) => Promise<{ readonly state: string }>,
    sender: string,
    { told }: AskedOrder,
  ): Promise<string | undefined> {
    const shown = await insist(this.#parts, 'api-office', MANY_ATTEMPTS, (backend) =>
      request({ ...backend, sessionCost: sessionCostIn(backend.table) }, sender),
    );
    if (shown !== undefined && shown.state !== 'awaiting-approval') told.add(shown.state);
    return shown?.state;
  }
}

function originBy(sender: string, { clock }: Backend) {
  return personOrigin(sender, clock.now(), '');
}
