import { countedRefusals } from '../../../src/journal/counted-refusals.ts';
import { handleNotification } from '../../../src/payments/handle-notification.ts';
import { patient } from '../../../src/payments/patience.ts';
import {
  type NotificationRequest,
  type Payments,
  type ProviderName,
  providerOf,
} from '../../../src/payments/provider.ts';
import type { Random } from '../../random.ts';
import type { LedgerCheck } from '../checks/ledger-check.ts';
import type { Faults } from '../world/faults.ts';
import type { PeopleParts } from '../world/people.ts';
import type { Plant } from '../world/rewriting.ts';
import type { Store, Watcher } from '../world/store.ts';
import { ControlCheck } from './control-check.ts';
import { DayCapCheck } from './day-cap-check.ts';
import { Desk } from './desk.ts';
import { HouseholdCheck } from './household-check.ts';
import type { MoneyPeople } from './money-day.ts';
import { PriceDesk } from './price-desk.ts';
import { Purse } from './purse.ts';
import { StandIn } from './stand-in.ts';
import { VerbCheck } from './verb-check.ts';

export interface MoneyParts extends Omit<PeopleParts, 'random'> {
  readonly faults: Faults;
  /** A stream of random numbers for each purpose. */
  readonly stream: (purpose: string) => Random;
  readonly store: Store;
  readonly ledger: LedgerCheck;
  readonly plant: Plant | undefined;
}

/** Everybody who moves money beside sessions, and what is checked of it. */
export class Money {
  readonly people: MoneyPeople;
  readonly watchers: readonly { see: Watcher }[];
  /** The providers as the sweep asks them. */
  readonly asked: Payments;
  readonly #parts: MoneyParts;
  readonly #payments: Payments;
  readonly #verbs: VerbCheck;
  readonly #standIn: StandIn;

  constructor(parts: MoneyParts) {
    this.#parts = parts;
    const { schedule, stream, store, ledger, plant, verdict } = parts;
    const standIn = new StandIn({ ...parts, random: stream('provider'), notify: this.#notify });
    this.#standIn = standIn;
    const payments = plant?.payments?.(standIn.payments) ?? standIn.payments;
    this.#payments = payments;
    this.asked = Object.fromEntries(
      Object.entries(payments).map(([name, provider]) => [name, patient(provider, schedule)]),
    );
    this.people = {
      desk: new Desk({ ...parts, random: stream('desk') }),
      purse: new Purse({ ...parts, random: stream('purse'), standIn, payments }),
      prices: new PriceDesk({ ...parts, random: stream('prices') }),
      store,
    };
    this.#verbs = new VerbCheck(verdict, ledger);
    this.watchers = [
      this.#verbs,
      new HouseholdCheck(verdict, ledger),
      new DayCapCheck(verdict, ledger),
      new ControlCheck(verdict),
    ];
  }

  readonly #notify = async (
    name: ProviderName,
    request: NotificationRequest,
  ): Promise<number | undefined> => {
    const outcome = await this.#parts.functions.invoke('on-payment', (backend) =>
      handleNotification(backend, countedRefusals(backend), providerOf(this.#payments, name), request),
    );
    return outcome.ok ? outcome.value.status : undefined;
  };

  /** Whether an order or a refund still waits for its provider. */
  get waits(): boolean {
    return this.#verbs.waits;
  }

  atRest(): void {
    this.#verbs.atRest({ ...this.people, standIn: this.#standIn });
  }
}
