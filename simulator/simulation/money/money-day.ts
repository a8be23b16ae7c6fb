import type { Random } from '../../random.ts';
import { households } from '../world/small-estate.ts';
import type { Store } from '../world/store.ts';
import type { Desk } from './desk.ts';
import type { PriceDesk } from './price-desk.ts';
import type { Purse } from './purse.ts';

export interface MoneyPeople {
  readonly desk: Desk;
  readonly purse: Purse;
  readonly prices: PriceDesk;
  readonly store: Store;
}

type Plan = (label: string, deed: () => Promise<unknown>) => void;

/** What is done with money on one day, at moments that `plan` chooses. */
export function planMoney(people: MoneyPeople, random: Random, plan: Plan): void {
  const { desk, purse, prices, store } = people;
  const some = (from: number, to: number, label: string, deed: () => Promise<unknown>) => {
    for (let times = random.int(from, to); times > 0; times -= 1) plan(label, deed);
  };
  const anybody = () => random.pick(households);
  some(6, 12, 'somebody pays in', () => desk.cashIn(anybody(), random.int(30, 600)));
  some(1, 4, 'somebody wants cash back', () => desk.cashOut(anybody(), random.int(5, 400)));
  some(2, 5, 'a correction', () => correction(desk, store, random));
  some(8, 16, 'somebody pays by phone', () => purse.payIn(anybody(), random.int(20, 600)));
  some(3, 7, 'somebody wants a payment back', () => purse.payBack());
  some(3, 8, 'somebody buys a package', () =>
    purse.buy(anybody(), random.pick(['three', 'two-kwh', 'day', 'none'])),
  );
  some(1, 3, 'somebody gives a package back', () => purse.giveBack());
  some(5, 10, 'a household agrees on something', () => purse.agree(anybody()));
  some(3, 6, 'a household does everything at once', () => everything(people, random));
  some(1, 3, 'a forged notice', () => purse.forge());
  some(3, 6, 'new prices', () => prices.newPrices(false));
  if (random.chance(0.4)) some(1, 2, 'new prices of the shed', () => prices.newPrices(true));
  some(2, 4, 'prices are to be rewritten', () => prices.rewrite());
  some(1, 2, 'prices are to hold before now', () => prices.backdate());
}

/** The members of one household, and the office for it, in the same moment: one wallet, many hands. */
async function everything({ desk, purse }: MoneyPeople, random: Random): Promise<void> {
  const household = random.pick(households);
  await Promise.all([
    desk.cashIn(household, random.int(100, 250)),
    purse.buy(household, 'two-kwh'),
    purse.buy(household, 'three'),
    desk.cashOut(household, random.int(5, 60)),
    purse.agree(household),
  ]);
}

/** Part of a session is given back, or a household is given or asked for something else. */
async function correction(desk: Desk, store: Store, random: Random): Promise<void> {
  const receipts = [...store.items.values()].flatMap(({ facts }) => {
    const { agreement, receipt } = (facts ?? {}) as Facts;
    return agreement?.householdId === undefined || receipt === undefined || receipt.chargedFen === 0
      ? []
      : [{ householdId: agreement.householdId, ...receipt }];
  });
  if (receipts.length === 0 || random.chance(0.4)) {
    const amountFen = random.int(1, 80) * (random.chance(0.5) ? 1 : -1);
    return desk.correct(random.pick(households), amountFen, undefined);
  }
  const { householdId, sessionId, chargedFen } = random.pick(receipts);
  return desk.correct(householdId, random.int(1, chargedFen + 3), sessionId);
}

interface Facts {
  readonly agreement?: { readonly householdId?: string };
  readonly receipt?: { readonly sessionId: string; readonly chargedFen: number };
}
