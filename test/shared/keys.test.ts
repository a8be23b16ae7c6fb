import { describe, expect, test } from 'vitest';
import { time } from '../../src/shared/key-steps.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Key } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';

// What is stored under a key is looked for under it for years. A line that changes here is a migration of every table.

type Keys = typeof keys;
type Made = ReturnType<Keys[keyof Keys]>;

/** Every maker of keys, with what it is given and what is stored by it: partition | sort key, or where a range begins and ends. */
const stored: { readonly [K in keyof Keys]: readonly (readonly [string, ...Parameters<Keys[K]>])[] } = {
  estate: [['ESTATE#e | ESTATE', 'e']],
  facility: [['ESTATE#e | FACILITY#f', 'e', 'f']],
  tariff: [
    ['ESTATE#e | TARIFF#0000000000005', 'e', 5],
    ['ESTATE#e | TARIFF#1764500000000#f', 'e', 1_764_500_000_000, 'f'],
  ],
  tariffVersion: [['ESTATE#e | TARIFFVERSION#v', 'e', 'v']],
  tariffCount: [['ESTATE#e | TARIFFS', 'e']],
  tariffSaved: [['TARIFF#e#v | SAVED', 'e', 'v']],
  deviceOfEstate: [['ESTATE#e | DEVICE#d', 'e', 'd']],
  household: [['ESTATE#e | HOUSEHOLD#h', 'e', 'h']],
  householdsAfter: [
    ['ESTATE#e | HOUSEHOLD#..HOUSEHOLD#~', 'e'],
    ['ESTATE#e | HOUSEHOLD#h\u0000..HOUSEHOLD#~', 'e', 'h'],
  ],
  device: [['DEVICE#d | DEVICE', 'd']],
  deviceState: [['DEVICE#d | STATE', 'd']],
  port: [
    ['DEVICE#d | PORT#02', 'd', 2],
    ['DEVICE#d | PORT#10', 'd', 10],
  ],
  event: [['DEVICE#d | EVENT#i', 'd', 'i']],
  eventAgain: [['DEVICE#d | EVENT#i~0123456789abcdef', 'd', 'i', '0123456789abcdef0123']],
  eventsAgain: [['DEVICE#d | EVENT#i~…', 'd', 'i']],
  meterFrame: [['DEVICE#d | FRAME#0000000000005#i', 'd', 5, 'i']],
  session: [
    ['DEVICE#d | SESSION#12#authorised', 'd', 12, 'authorised'],
    ['DEVICE#d | SESSION#123#adjusted#1', 'd', 123, 'adjusted#1'],
  ],
  sessionSteps: [['DEVICE#d | SESSION#12#…', 'd', 12]],
  sessionsOfBoard: [
    ['DEVICE#d | SESSION#..SESSION#~', 'd'],
    ['DEVICE#d | SESSION#12$..SESSION#~', 'd', '12'],
  ],
  commandAcknowledged: [['DEVICE#d | ACKNOWLEDGED#c', 'd', 'c']],
  commandNotDone: [['DEVICE#d | NOTDONE#c', 'd', 'c']],
  refused: [['DEVICE#d | REFUSED#0000000000005#x', 'd', 5, 'x']],
  listedCard: [['DEVICE#d | CARD#c', 'd', 'c']],
  priceList: [['DEVICE#d | PRICES', 'd']],
  card: [['CARD#e#x | CARD', 'e', 'x']],
  credential: [['ESTATE#e | CREDENTIAL#c', 'e', 'c']],
  presence: [['PRESENCE#e#c | PRESENCE', 'e', 'c']],
  wallet: [['WALLET#e#h | WALLET', 'e', 'h']],
  topUp: [['TOPUP#e#t | TOPUP', 'e', 't']],
  officeOrder: [
    ['TOPUP#e#o | DECIDED', 'e', 'cash-top-up', 'o', 'decided'],
    ['TOPUP#e#o | PRINTED', 'e', 'cash-top-up', 'o', 'printed'],
    ['CASHREFUND#e#o | ASKED', 'e', 'cash-refund', 'o', 'asked'],
    ['CASHREFUND#e#o | DECIDED', 'e', 'cash-refund', 'o', 'decided'],
    ['CORRECTION#e#o | ASKED', 'e', 'correction', 'o', 'asked'],
  ],
  settingChange: [
    ['SETTING#e#c | ASKED', 'e', 'c', 'asked'],
    ['SETTING#e#c | DECIDED', 'e', 'c', 'decided'],
  ],
  settingsWaiting: [['SETTINGS#e | WAITING', 'e']],
  auditOfEstate: [['ESTATE#e#AUDIT | 0000000000005#i', 'e', 5, 'i']],
  auditUpTo: [
    ['ESTATE#e#AUDIT | 0..~', 'e'],
    ['ESTATE#e#AUDIT | 0..0000000000005#i', 'e', '0000000000005#i'],
  ],
  correctionsOfSession: [['CORRECTION#e#SESSION#d-12 | CORRECTIONS', 'e', 'd-12']],
  purchase: [['WALLET#e#h | PURCHASE#p', 'e', 'h', 'p']],
  purchaseReturned: [['WALLET#e#h | RETURNED#p', 'e', 'h', 'p']],
  notice: [['WALLET#e#h | NOTICE#n', 'e', 'h', 'n']],
  noticed: [['WALLET#e#h | NOTICED#n', 'e', 'h', 'n']],
  householdChange: [['WALLET#e#h | CHANGE#r', 'e', 'h', 'r']],
  payment: [['PAYMENT#e#o | PAYMENT', 'e', 'o']],
  paymentStep: [['PAYMENT#e#o | STEP#paid', 'e', 'o', 'paid']],
  refund: [['PAYMENT#e#o | REFUND#r', 'e', 'o', 'r']],
  refundStep: [['PAYMENT#e#o | REFUNDSTEP#r#failed', 'e', 'o', 'r', 'failed']],
  paymentOrder: [['ORDER#o | ORDER', 'o']],
  paymentOfHousehold: [['PAYMENTS#e#h | 0000000000005#o', 'e', 'h', 5, 'o']],
  alert: [['ESTATE#e#ALERTS | a', 'e', 'a']],
  evacuationRepeated: [['EVACUATION#e#f | REPEATED#0000000000005', 'e', 'f', 5]],
  corridor: [['DEVICE#d | CORRIDOR', 'd']],
  request: [['REQUEST#e#r | REQUEST', 'e', 'r']],
  sessionOfEstate: [['ESTATE#e#SESSIONS | 0000000000005#d-12', 'e', 5, 'd-12']],
  refusalOfEstate: [['ESTATE#e#REFUSALS#2026-11-23 | 0000000000005#x', 'e', '2026-11-23', 5, 'x']],
  countedRefusals: [['ESTATE#e#REFUSALS#2026-11-23 | COUNTED#d#why', 'e', '2026-11-23', 'd', 'why']],
  postingsOfEstate: [['ESTATE#e#LEDGER | 0000000000005#i', 'e', 5, 'i']],
  ledgerAfter: [
    ['ESTATE#e#LEDGER | \u0000..~', 'e'],
    ['ESTATE#e#LEDGER | 0000000000005#i\u0000..~', 'e', '0000000000005#i'],
  ],
  movement: [['MOVEMENTS#e#h | 0000000000005#i', 'e', 'h', 5, 'i']],
  officeList: [['ESTATE#e#OFFICE | 0000000000005#correction#o', 'e', 5, 'correction', 'o']],
  receiptCode: [['RECEIPT#x | RECEIPT', 'x']],
  inside: [['ESTATE#e#INSIDE | f#c', 'e', 'f', 'c']],
  books: [['BOOKS#e | BOOKS', 'e']],
  month: [['BOOKS#e | MONTH#2026-11', 'e', '2026-11']],
  monthClosed: [['BOOKS#e | CLOSED#2026-11', 'e', '2026-11']],
  splitRule: [['BOOKS#e | SPLITRULE#2026-11', 'e', '2026-11']],
  splitRuleCount: [['BOOKS#e | SPLITRULES', 'e']],
  booked: [['BOOKED#e | 0000000000005#i', 'e', 5, 'i']],
  bookedSession: [['BOOKED#e#SESSIONS | d-12', 'e', 'd-12']],
  statement: [['STATEMENTS#e#2026-11 | h', 'e', '2026-11', 'h']],
  statementRow: [['STATEMENTS#e#2026-11#h | 0000000000005#i', 'e', '2026-11', 'h', 5, 'i']],
  revenueOfDay: [['REVENUE#e#2026-11 | 2026-11-23', 'e', '2026-11', '2026-11-23']],
  providerBill: [['RECONCILIATION#e#2026-11 | BILL#alipay#2026-11-23', 'e', 'alipay', '2026-11-23']],
  reconciliation: [['RECONCILIATION#e#2026-11 | RESULT#alipay', 'e', '2026-11', 'alipay']],
  stay: [['STAY#e#s | STAY', 'e', 's']],
  lastAtDoor: [['ESTATE#e#DOORS | d#1', 'e', 'd', 1]],
};

interface Row {
  readonly name: string;
  readonly text: string;
  readonly given: readonly (string | number)[];
  readonly make: (...given: readonly (string | number)[]) => Made;
}

const rows = Object.entries(stored).flatMap(([name, examples]) =>
  examples.map(
    ([text, ...given]): Row => ({
      name,
      text,
      given: given as Row['given'],
      make: keys[name as keyof Keys] as never,
    }),
  ),
);
const textOf = (made: Made): string =>
  'sk' in made
    ? `${made.pk} | ${made.sk}`
    : 'prefix' in made
      ? `${made.pk} | ${made.prefix}…`
      : `${made.pk} | ${made.between.join('..')}`;
/** Those of one item, and not of a range. */
const items = rows.flatMap(({ name, given, make }) => {
  const key = make(...given);
  return 'sk' in key ? [{ name, key, given, make }] : [];
});

describe('a key', () => {
  test.each(rows)('$name of $given is stored as $text', ({ text, given, make }) => {
    expect(textOf(make(...given))).toBe(text);
  });

  test('has a place of its own for each thing: what is asked of cash at the office is its top-up, and nothing else', () => {
    const all = items.map(({ key }) => textOf(key));
    expect(new Set(all).size).toBe(all.length);
    expect(keys.officeOrder('e', 'cash-top-up', 'o', 'asked')).toEqual(keys.topUp('e', 'o'));
  });

  test.each(items)('$name tells apart whatever differs in what it was made of', ({ key, given, make }) => {
    for (const [index, part] of given.entries()) {
      const other = typeof part === 'number' ? part + 1 : `0${part}`;
      expect(make(...given.with(index, other)), `part ${index}`).not.toEqual(key);
    }
  });

  test('sorts by time as numbers do', () => {
    expect([10_000, 2, 1_764_500_000_000].map(time).sort()).toEqual([2, 10_000, 1_764_500_000_000].map(time));
    expect(time(5)).toHaveLength(13);
  });
});

describe('a list', () => {
  const table = memoryTable();
  const found = async (query: Parameters<typeof table.query>[0]) =>
    (await table.query(query)).map(({ sk }) => sk);
  /** Puts them, in any order, into the table in which there is one of everything. */
  const put = async (...more: readonly Key[]) => {
    for (const key of [...items.map((item) => item.key), ...more])
      await table.commit([{ put: { ...key }, when: 'always' }]);
  };

  test.each(items.filter(({ key }) => /^[A-Z]+#/.test(key.sk)))(
    'of $name, asked for by its first word, has nothing else in it',
    async ({ name, key }) => {
      await put();
      const sks = await found({ pk: key.pk, prefix: `${key.sk.split('#')[0]}#` });
      const names = sks.map((sk) => items.find((item) => item.key.pk === key.pk && item.key.sk === sk)?.name);
      // What was told under an identity already taken stands beside it.
      expect(new Set(names)).toEqual(new Set(/^event/.test(name) ? ['event', 'eventAgain'] : [name]));
    },
  );

  test('of households begins behind the one that was read, and ends with the last of them', async () => {
    await put(...['h-2', 'hz', 'z', '0'].map((id) => keys.household('e', id)));
    expect(await found(keys.householdsAfter('e'))).toEqual(
      ['0', 'h', 'h-2', 'hz', 'z'].map((id) => `HOUSEHOLD#${id}`),
    );
    expect(await found(keys.householdsAfter('e', 'h'))).toEqual(
      ['h-2', 'hz', 'z'].map((id) => `HOUSEHOLD#${id}`),
    );
  });

  test('of the sessions of a board goes order by order, and of one session has its own steps', async () => {
    await put(
      keys.session('d', 12, 'settled'),
      keys.session('d', 12, 'adjusted#1'),
      keys.session('d', 13, 'removed'),
    );
    const twelve = ['SESSION#12#adjusted#1', 'SESSION#12#authorised', 'SESSION#12#settled'];
    const later = ['SESSION#123#adjusted#1', 'SESSION#13#removed'];
    expect(await found(keys.sessionSteps('d', 12))).toEqual(twelve);
    expect(await found(keys.sessionsOfBoard('d'))).toEqual([...twelve, ...later]);
    expect(await found(keys.sessionsOfBoard('d', '12'))).toEqual(later);
  });

  test('of what came again under an identity has neither the first nor what came under a longer one', async () => {
    await put(keys.event('d', 'i2'), keys.eventAgain('d', 'i2', 'f'.repeat(20)));
    expect(await found(keys.eventsAgain('d', 'i'))).toEqual(['EVENT#i~0123456789abcdef']);
  });

  test('of lines of the ledger, or of changes, begins and ends at the line that was read', async () => {
    const lines = [5, 6, 7].map((atMs) => `${time(atMs)}#i`);
    await put(
      ...[6, 7].flatMap((atMs) => [
        keys.postingsOfEstate('e', atMs, 'i'),
        keys.auditOfEstate('e', atMs, 'i'),
      ]),
    );
    expect(await found(keys.ledgerAfter('e'))).toEqual(lines);
    expect(await found(keys.ledgerAfter('e', lines[0]))).toEqual(lines.slice(1));
    expect(await found(keys.auditUpTo('e'))).toEqual(lines);
    expect(await found(keys.auditUpTo('e', lines[1]))).toEqual(lines.slice(0, 2));
  });
});
