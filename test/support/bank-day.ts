import type { Random } from '../../simulator/random.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { decideChange } from '../../src/settings/change.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Key } from '../../src/shared/table.ts';
import { setCreditLimit } from '../../src/wallet/credit.ts';
import { changeHousehold } from '../../src/wallet/household.ts';
import { askOrder, decideOrder, type Office } from '../../src/wallet/office.ts';
import type { OfficeOrder } from '../../src/wallet/office-order.ts';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { bankEstate, by, claimKey, claimMore, hold, sessionIdOf, sessionKey, settle } from './bank-verbs.ts';
import { flat } from './tariffs.ts';

/** One thing that somebody does with money, under an identity of its own. */
export interface Operation {
  readonly verb: string;
  readonly householdId: string;
  /** Where its fact stands when it was done, and only then. */
  readonly entry: Key;
  /** What it changes, done once, of what a household has less what it owes. */
  readonly worthFen: number;
  /** Whether all of it is the asking of somebody who is asked to decide. */
  run(office: Office): Promise<unknown>;
}

/** Things done one after the other by one person or device; those of many go on side by side. */
export type Story = readonly Operation[];

const sold = { zh: '套餐', en: 'Package' };
export const bankTariff = flat(500, 300, {
  tariffVersion: 'bank-1',
  packages: [
    { packageId: 'ten', name: sold, priceFen: 700, kind: 'sessions', amount: 10, validDays: 90 },
    { packageId: 'month', name: sold, priceFen: 3000, kind: 'days', amount: 30, validDays: 30 },
  ],
});

/** Stories with so many operations in all, the same for the same random numbers. */
export function storiesOf(random: Random, households: readonly string[], operations: number): Story[] {
  const stories: Story[] = [];
  for (let number = 1, told = 0; told < operations; number += 1) {
    const story = storyOf(random, random.pick(households), number).slice(0, operations - told);
    told += story.length;
    stories.push(story);
  }
  return stories;
}

function storyOf(random: Random, householdId: string, number: number): Operation[] {
  const roll = random.int(1, 100);
  if (roll <= 45) return sessionStory(random, householdId, number);
  if (roll <= 60) return [topUp(householdId, number, random.int(1, 2000))];
  if (roll <= 72) return decidedStory(random, largeTopUp(householdId, number, random.int(50_001, 60_000)));
  if (roll <= 82) return [refund(householdId, number, random.int(1, 1500))];
  if (roll <= 86) return decidedStory(random, refundOrder(householdId, number, random.int(50_001, 70_000)));
  if (roll <= 95) return packageStory(random, householdId, number);
  return agreement(random, householdId, number);
}

function sessionStory(random: Random, householdId: string, order: number): Operation[] {
  const heldFen = random.int(20, 300);
  const takenFen = random.chance(0.25) ? 0 : random.int(1, heldFen);
  const credentialId = `card-${random.int(1, 6)}`;
  const memberId = random.chance(0.5) ? 'grandma' : undefined;
  const terms = { householdId, credentialId, memberId, amountFen: heldFen, usePackage: random.chance(0.5) };
  const story: Operation[] = [
    {
      verb: 'hold',
      householdId,
      entry: sessionKey(order, 'authorised'),
      worthFen: 0,
      run: (office) => hold(office, order, terms),
    },
    {
      verb: takenFen === 0 ? 'release' : 'capture',
      householdId,
      entry: sessionKey(order, 'settled'),
      worthFen: -takenFen,
      run: (office) => settle(office, order, householdId, takenFen),
    },
  ];
  if (random.chance(0.2)) {
    const claimedFen = random.int(1, 3000);
    story.push({
      verb: 'claim',
      householdId,
      entry: claimKey(order),
      worthFen: -claimedFen,
      run: (office) => claimMore(office, order, householdId, claimedFen),
    });
  }
  // Twice for one session, at random more than it cost: one of them must be refused then.
  for (let times = random.chance(0.15) ? 2 : 0; times > 0; times -= 1) {
    story.push(
      ...decidedStory(
        random,
        correction(random, householdId, `${order}-${times}`, sessionIdOf(order), heldFen),
      ),
    );
  }
  return story;
}

interface Asked {
  readonly order: OfficeOrder;
  readonly worthFen: number;
}

/** Asked by one person, and decided by two others, who may not agree. */
function decidedStory(random: Random, { order, worthFen }: Asked): Operation[] {
  const { householdId, kind, orderId } = order;
  const decide = (decision: 'approved' | 'rejected', sender: string): Operation => ({
    verb: `${decision} ${kind}`,
    householdId,
    entry: keys.officeOrder(bankEstate, kind, orderId, 'decided'),
    worthFen: decision === 'approved' ? worthFen : 0,
    run: (office) => decideOrder(office, by(sender), kind, orderId, decision),
  });
  const asked: Operation = {
    verb: `ask ${kind}`,
    householdId,
    entry: keys.officeOrder(bankEstate, kind, orderId, 'asked'),
    worthFen: 0,
    run: (office) => askOrder(office, by('cashier'), order),
  };
  const decisions = random.chance(0.9)
    ? (['approved', 'rejected'] as const)
    : (['rejected', 'approved'] as const);
  const [first, other] = decisions;
  const asIs = [asked, decide(first, 'manager')];
  return random.chance(0.3) ? [...asIs, decide(other, 'operator')] : asIs;
}

const largeTopUp = (householdId: string, number: number, amountFen: number): Asked => ({
  order: { kind: 'cash-top-up', orderId: `big-${number}`, householdId, amountFen },
  worthFen: amountFen,
});

const refundOrder = (householdId: string, number: number, amountFen: number): Asked => ({
  order: { kind: 'cash-refund', orderId: `back-${number}`, householdId, amountFen },
  worthFen: -amountFen,
});

function correction(
  random: Random,
  householdId: string,
  orderId: string,
  sessionId: string,
  heldFen: number,
): Asked {
  const amountFen = random.chance(0.7) ? random.int(1, heldFen) : -random.int(1, 2000);
  const order = {
    kind: 'correction',
    orderId,
    householdId,
    amountFen,
    reason: 'the meter was wrong',
    sessionId,
  } as const;
  return { order, worthFen: amountFen };
}

function topUp(householdId: string, number: number, amountFen: number): Operation {
  const order = { kind: 'cash-top-up', orderId: `cash-${number}`, householdId, amountFen } as const;
  return {
    verb: 'top-up',
    householdId,
    entry: keys.officeOrder(bankEstate, 'cash-top-up', order.orderId, 'asked'),
    worthFen: amountFen,
    run: (office) => askOrder(office, by('cashier'), order),
  };
}

function refund(householdId: string, number: number, amountFen: number): Operation {
  const order = { kind: 'cash-refund', orderId: `out-${number}`, householdId, amountFen } as const;
  return {
    verb: 'refund',
    householdId,
    entry: keys.officeOrder(bankEstate, 'cash-refund', order.orderId, 'asked'),
    worthFen: -amountFen,
    run: (office) => askOrder(office, by('cashier'), order),
  };
}

function packageStory(random: Random, householdId: string, number: number): Operation[] {
  const offer = random.pick(bankTariff.packages ?? []);
  const requestId = `package-${number}`;
  const buy: Operation = {
    verb: 'buy',
    householdId,
    entry: keys.purchase(bankEstate, householdId, requestId),
    worthFen: -offer.priceFen,
    run: (office) =>
      buyPackage(office, by('resident'), { householdId, requestId, packageId: offer.packageId }, bankTariff),
  };
  const back: Operation = {
    verb: 'return',
    householdId,
    entry: keys.purchaseReturned(bankEstate, householdId, requestId),
    worthFen: offer.priceFen,
    run: (office) =>
      returnPackage(office, by('resident'), {
        householdId,
        requestId: `back-${number}`,
        purchaseId: requestId,
      }),
  };
  return random.chance(0.5) ? [buy, back] : [buy];
}

function agreement(random: Random, householdId: string, number: number): Operation[] {
  const requestId = `change-${number}`;
  if (random.chance(1 / 3)) return credit(householdId, requestId, random.int(0, 1000));
  const change = random.pick([
    { change: 'month-limit', monthLimitFen: random.int(2_000, 40_000) } as const,
    { change: 'member', memberId: 'grandma', monthLimitFen: random.int(500, 20_000) } as const,
  ]);
  return [
    {
      verb: change.change,
      householdId,
      entry: keys.householdChange(bankEstate, householdId, requestId),
      worthFen: 0,
      run: (office) => changeHousehold(office, by('operator'), householdId, requestId, change),
    },
  ];
}

/** Lowered at once, or raised by a second person. */
function credit(householdId: string, requestId: string, creditLimitFen: number): Operation[] {
  const changeId = `credit.${householdId}.${requestId}`;
  const step = (what: 'asked' | 'decided') => keys.settingChange(bankEstate, changeId, what);
  return [
    {
      verb: 'credit-limit',
      householdId,
      entry: step('asked'),
      worthFen: 0,
      run: (office) => setCreditLimit(office, by('operator'), householdId, requestId, creditLimitFen),
    },
    {
      verb: 'approved credit-limit',
      householdId,
      entry: step('decided'),
      worthFen: 0,
      run: (office) => decideChange(office, by('manager'), changeId, 'approved', findSetting),
    },
  ];
}
