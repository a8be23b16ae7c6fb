import { providerNames } from '../../../contract/words/words.ts';
import type { Backend } from '../../../src/journal/commit.ts';
import type { Origin } from '../../../src/journal/entry.ts';
import { createOrder } from '../../../src/payments/create-order.ts';
import type { Payments } from '../../../src/payments/provider.ts';
import type { Refund } from '../../../src/payments/refund.ts';
import { requestRefund } from '../../../src/payments/request-refund.ts';
import { findSetting } from '../../../src/provisioning/find-setting.ts';
import { decideChange } from '../../../src/settings/change.ts';
import { setCreditLimit } from '../../../src/wallet/credit.ts';
import { changeHousehold, type HouseholdChange } from '../../../src/wallet/household.ts';
import { type Bought, buyPackage, returnPackage } from '../../../src/wallet/package.ts';
import { insist, type PeopleParts } from '../world/people.ts';
import { estateId, facilityId, holders, memberOf, personOrigin } from '../world/small-estate.ts';
import type { StandIn } from './stand-in.ts';

export interface PurseParts extends PeopleParts {
  readonly standIn: StandIn;
  /** The providers as our functions see them. */
  readonly payments: Payments;
}

const SECOND_MS = 1000;
/** People press the button again a few times, and then leave it. */
const ATTEMPTS = 5;

/** What households do with their money: pay by phone, ask for it back, buy packages, agree on limits. */
export class Purse {
  readonly #parts: PurseParts;
  #requests = 0;
  /** Orders that somebody was given a code for. */
  readonly #invited: {
    readonly orderId: string;
    readonly householdId: string;
    readonly amountFen: number;
  }[] = [];
  /** Purchases and their returns that somebody was told are booked. */
  readonly bought = new Map<string, Bought>();
  readonly returned = new Map<string, Bought>();
  /** Refunds that somebody was told are on their way. */
  readonly refunds = new Map<string, Refund>();

  constructor(parts: PurseParts) {
    this.#parts = parts;
  }

  /** A code is asked for, sometimes twice at once, and mostly paid: at once, or in the last moment. */
  async payIn(householdId: string, amountFen: number): Promise<void> {
    const { random, schedule, standIn, payments } = this.#parts;
    const requestId = this.#nextRequest();
    const provider = random.pick(providerNames);
    const request = { requestId, householdId, amountFen, provider, way: 'native' } as const;
    const ask = () =>
      this.#insist('api-payments', (backend, origin) =>
        createOrder(backend, payments, origin(householdId), request),
      );
    const answers = await Promise.all(random.chance(0.15) ? [ask(), ask()] : [ask()]);
    const made = answers.find((answer) => answer !== undefined);
    if (made?.invitation === undefined || random.chance(0.15)) return;
    const { orderId, expiresAtMs } = made.order;
    const hesitatesMs = random.chance(0.7)
      ? random.int(1, 300) * SECOND_MS
      : expiresAtMs - schedule.now() + random.int(-60, 10) * SECOND_MS;
    await schedule.sleep(hesitatesMs, '');
    standIn.pay(orderId);
    this.#invited.push({ orderId, householdId, amountFen });
    if (random.chance(0.1)) standIn.pay(orderId);
  }

  /** Some of what was paid goes back: asked for once, twice at once, or more than is left. */
  async payBack(): Promise<void> {
    const { random, payments } = this.#parts;
    if (this.#invited.length === 0) return;
    const { orderId, amountFen: paidFen } = random.pick(this.#invited);
    const requestId = this.#nextRequest();
    const amountFen = random.chance(0.3) ? paidFen : random.int(1, paidFen);
    const ask = (name: string) =>
      this.#insist('api-payments', (backend, origin) =>
        requestRefund(backend, payments, origin('manager'), {
          ...{ requestId: name, orderId, amountFen },
          reason: 'asked for',
        }),
      );
    const names = random.chance(0.3) ? [requestId, requestId] : [requestId];
    if (random.chance(0.2)) names.push(this.#nextRequest());
    for (const refund of await Promise.all(names.map(ask)))
      if (refund !== undefined) this.refunds.set(refund.refundId, refund);
  }

  async buy(householdId: string, packageId: string): Promise<void> {
    const { random } = this.#parts;
    const requestId = this.#nextRequest();
    const buy = () =>
      this.#insist('api-wallet', async (backend, origin) => {
        const tariff = await backend.registry.tariffAt(estateId, facilityId, backend.clock.now());
        return buyPackage(backend, origin(householdId), { householdId, requestId, packageId }, tariff);
      });
    for (const bought of await Promise.all(random.chance(0.2) ? [buy(), buy()] : [buy()]))
      if (bought !== undefined) this.bought.set(bought.purchaseId, bought);
  }

  /** A package is given back: refused where it was used, and once where it was not. */
  async giveBack(): Promise<void> {
    const { random } = this.#parts;
    const all = [...this.bought.values()];
    if (all.length === 0) return;
    const { householdId, purchaseId } = random.pick(all);
    const requestId = this.#nextRequest();
    const give = () =>
      this.#insist('api-wallet', (backend, origin) =>
        returnPackage(backend, origin(householdId), { householdId, requestId, purchaseId }),
      );
    for (const back of await Promise.all(random.chance(0.3) ? [give(), give()] : [give()]))
      if (back !== undefined) this.returned.set(back.purchaseId, back);
  }

  /** A limit for the household or a member, another credit, or a member who has gone. */
  async agree(householdId: string): Promise<void> {
    const { random } = this.#parts;
    const own = holders.filter((holder) => holder.householdId === householdId);
    const memberId = memberOf(random.pick(own).credentialId);
    const limit = { monthLimitFen: random.chance(0.8) ? random.int(50, 900) : null };
    const requestId = this.#nextRequest();
    if (random.chance(1 / 6))
      return this.#credit(householdId, requestId, random.chance(0.4) ? 0 : random.int(1, 150));
    const change = random.pick<HouseholdChange>([
      { change: 'month-limit', ...limit },
      { change: 'month-limit', ...limit },
      { change: 'member', memberId, ...limit },
      { change: 'member', memberId, ...limit },
      { change: 'member-gone', memberId },
    ]);
    await this.#insist('api-wallet', (backend, origin) =>
      changeHousehold(backend, origin(householdId), householdId, requestId, change),
    );
  }

  /** An operator asks for another credit, sometimes twice at once; what raises it waits for somebody else. */
  async #credit(householdId: string, requestId: string, creditLimitFen: number): Promise<void> {
    const { random, schedule } = this.#parts;
    const ask = () =>
      this.#insist('api-office', (backend, origin) =>
        setCreditLimit(backend, origin('operator'), householdId, requestId, creditLimitFen),
      );
    const answers = await Promise.all(random.chance(0.2) ? [ask(), ask()] : [ask()]);
    const changeId = answers.find((answer) => answer?.waits !== undefined)?.waits?.changeId;
    if (changeId === undefined) return;
    const decide = (sender: string) =>
      this.#insist('api-provision', (backend, origin) => {
        const verdict = random.chance(0.9) ? 'approved' : 'rejected';
        return decideChange(backend, origin(sender), changeId, verdict, findSetting);
      });
    if (random.chance(0.2)) await decide('operator');
    await schedule.sleep(random.int(1, 600) * SECOND_MS, '');
    await Promise.all(random.chance(0.2) ? [decide('manager'), decide('manager')] : [decide('manager')]);
  }

  /** Somebody says in a provider's name what is not so. */
  async forge(): Promise<void> {
    const { random, standIn, verdict } = this.#parts;
    const orders = [...standIn.orders.keys()];
    const taken = await standIn.forge(orders.length === 0 ? 'P0' : random.pick(orders));
    if (taken.length > 0) verdict.breach('I3', 'A notice that is not so was answered as taken');
  }

  #nextRequest(): string {
    this.#requests += 1;
    // One of them is called as what every object has.
    return this.#requests === 3 ? 'constructor' : `r${this.#requests}`;
  }

  #insist<T>(
    name: string,
    request: (backend: Backend, origin: (sender: string) => Origin) => Promise<T>,
  ): Promise<T | undefined> {
    return insist(this.#parts, name, ATTEMPTS, (backend) =>
      request(backend, (sender) => personOrigin(sender, backend.clock.now(), '')),
    );
  }
}
