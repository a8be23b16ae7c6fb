import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { contracts } from '../../contract/routes/all.ts';
import { routeKey } from '../../contract/routes/route.ts';
import { alertSchema, deliveryResults, deliverySchema } from '../../contract/shapes/alert.ts';
import { differenceSchema, rowSchema } from '../../contract/shapes/books.ts';
import { changeOutcomes, changeStates, settingKinds } from '../../contract/shapes/change.ts';
import { liveSchemas } from '../../contract/shapes/live.ts';
import { officeOrderSchema, orderStates } from '../../contract/shapes/office.ts';
import {
  directionSchema,
  facilityViewSchema,
  holdSchema,
  holdStateSchema,
  portStateSchema,
  watcherSchema,
} from '../../contract/shapes/overview.ts';
import { refundSchema, shownOrderSchema } from '../../contract/shapes/payment.ts';
import {
  lineNameSchema,
  remarkSchema,
  sliceSchema,
  stopReasonSchema,
  whyDifferentSchema,
} from '../../contract/shapes/receipt.ts';
import { sessionSummarySchema } from '../../contract/shapes/session.ts';
import { packageSchema } from '../../contract/shapes/tariff.ts';
import { rolloutStates } from '../../contract/shapes/tariff-list.ts';
import { errorTable } from '../../contract/words/errors.ts';
import {
  adjustmentReasons,
  boardsCannotShow,
  dayKinds,
  doorOutcomes,
  exportKinds,
  movementKinds,
  parties,
  providerNames,
  refusalReasons,
  rolloutDetails,
  splitLines,
  starters,
} from '../../contract/words/words.ts';
import { schemasWithin } from '../../lint/schemas-within.ts';
import { priceClassNames } from '../../src/devices/board-tables.ts';
import { en as monthEn } from '../../web/src/month/words-en.ts';
import { zh as monthZh } from '../../web/src/month/words-zh.ts';
import { en as officeEn } from '../../web/src/office/words-en.ts';
import { zh as officeZh } from '../../web/src/office/words-zh.ts';
import { words as receiptWords } from '../../web/src/receipt/words.ts';
import { en as tariffEn } from '../../web/src/tariff/words-en.ts';
import { zh as tariffZh } from '../../web/src/tariff/words-zh.ts';
import { en as walletEn } from '../../web/src/wallet/words-en.ts';
import { zh as walletZh } from '../../web/src/wallet/words-zh.ts';
import { en } from '../../web/src/words/text-en.ts';
import { zh } from '../../web/src/words/text-zh.ts';

test('every word that Chinese has, English has', () => {
  for (const list of Object.keys(zh.words) as (keyof typeof zh.words)[]) {
    expect(Object.keys(en.words[list]).sort(), list).toEqual(Object.keys(zh.words[list]).sort());
  }
});

test.each([
  ['tariff', tariffZh, tariffEn],
  ['wallet', walletZh, walletEn],
  ['office', officeZh, officeEn],
  ['month', monthZh, monthEn],
])('the %s pages say the same in both languages, and nothing is left empty', (_, chinese, english) => {
  expect(pathsOf(english)).toEqual(pathsOf(chinese));
  for (const words of [chinese, english]) expect(emptyIn(words)).toEqual([]);
});

const doorStates = holdSchema.shape.wanted.options.flatMap((wanted) =>
  holdStateSchema.options.map((state) => `${wanted}-${state}`),
);

/** What the pages show in words, as the contract lists it. */
const shownWords: readonly (readonly [list: keyof typeof zh.words, words: readonly string[]])[] = [
  ['errors', [...Object.keys(errorTable), 'unavailable']],
  ['reasons', refusalReasons],
  ['remarks', remarkSchema.options],
  ['stopReasons', stopReasonSchema.options],
  ['slices', sliceSchema.shape.kind.options.filter((kind) => kind !== 'energy' && kind !== 'time')],
  ['freeReasons', sliceSchema.shape.free.def.innerType.options],
  ['priceUnits', sliceSchema.shape.per.options],
  ['billLines', lineNameSchema.options],
  ['sessionStates', sessionSummarySchema.shape.state.options],
  ['portStates', portStateSchema.options],
  ['doorStates', ['by-card', 'unknown', ...doorStates]],
  ['outcomes', doorOutcomes],
  ['starters', starters],
  ['directions', directionSchema.options],
  ['facilityKinds', facilityViewSchema.shape.kind.options],
  ['sensorKinds', watcherSchema.shape.kind.options],
  ['alertKinds', alertSchema.shape.kind.options],
  ['severities', alertSchema.shape.severity.options],
  ['alertStates', alertSchema.shape.state.options],
  ['deliveryResults', deliveryResults],
  ['deliveryChannels', deliverySchema.shape.channel.options],
];

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  const { words } = { zh, en }[language];
  test.each(shownWords)('every one of the %s that the contract knows has its words', (list, names) => {
    expect(missing(names, words[list])).toEqual([]);
  });

  test('what a single page shows has its words', () => {
    const lists = pageWords(language);
    for (const [member, names, list] of lists) expect(missing(names, list), member).toEqual([]);
  });
});

/** The words of single pages: what the contract lists, and where its words are. */
const pageWords = (language: 'zh' | 'en') => {
  const tariff = { zh: tariffZh, en: tariffEn }[language];
  const wallet = { zh: walletZh, en: walletEn }[language];
  const office = { zh: officeZh, en: officeEn }[language];
  const month = { zh: monthZh, en: monthEn }[language];
  return [
    ['cannot be shown', boardsCannotShow, tariff.cannotShowWords],
    ['rollout, why', rolloutDetails, tariff.rolloutDetails],
    ['days', dayKinds, tariff.days],
    ['price', priceClassNames, tariff.priceNames],
    ['rollout', rolloutStates, tariff.rolloutStates],
    ['package', packageSchema.shape.kind.options, tariff.packageKinds],
    ['provider', providerNames, wallet.providers],
    ['payment', shownOrderSchema.shape.state.options, wallet.paymentStates],
    ['movement', movementKinds, wallet.kinds],
    ['refund', refundSchema.shape.state.options, wallet.refundStates],
    ['order', officeOrderSchema.shape.kind.options, office.kinds],
    ['order state', orderStates, office.states],
    ['change', changeStates, office.outcomes],
    ['changed', changeOutcomes, office.outcomes],
    ['setting', settingKinds, office.settings],
    ['month', ['running', 'closed'], month.states],
    ['split', splitLines, month.lines],
    ['party', parties, month.parties],
    ['provider of a bill', providerNames, month.providers],
    ['difference', differenceSchema.shape.difference.options, month.differenceKinds],
    ['moved', differenceSchema.shape.kind.options, month.moveKinds],
    ['row', rowSchema.shape.kind.options, month.rowKinds],
    ['file', exportKinds, month.fileKinds],
    ['corrected', adjustmentReasons, receiptWords[language].corrections],
    ['why different', whyDifferentSchema.options, receiptWords[language].differences],
  ] as const;
};

/** What people never read as a word, and why. */
const neverShown: readonly (readonly string[])[] = [
  // How a code is made at the provider; a page shows the code.
  ['native', 'jsapi'],
  // Between machines: to provisioning tools, and to a provider.
  ['saved', 'stands'],
  ['success', 'failure'],
  // How a column is written.
  ['text', 'money', 'energy', 'count'],
];
/** Some of a list whose words are asked for whole. */
const partsOfLists: readonly (readonly string[])[] = [
  ['cash-top-up', 'cash-refund'],
  ['written-off', 'revenue:electricity', 'revenue:service'],
  [...sliceSchema.shape.kind.options],
  [...holdSchema.shape.wanted.options],
  [...holdStateSchema.options],
];

const textOf = (words: readonly string[]) => words.join(' ');
const worded = new Set(
  [
    ...shownWords,
    ...pageWords('en'),
    ...[...neverShown, ...partsOfLists].map((words) => ['', words] as const),
  ].map(([, words]) => textOf(words)),
);
const withoutWords = (schema: z.ZodMiniType, member: string) =>
  schemasWithin(schema, member)
    .filter(({ entries }) => entries !== undefined && !worded.has(textOf(Object.values(entries))))
    .map((found) => `${found.member}: ${textOf(Object.values(found.entries ?? {}))}`);

describe('an enum of the contract', () => {
  const answers = Object.values(contracts)
    .flat()
    .filter((route): route is typeof route & { answer: z.ZodMiniType } => typeof route.answer === 'object');

  test('that an answer holds has words, or a reason to have none', () => {
    for (const route of answers) expect(withoutWords(route.answer, 'answer'), routeKey(route)).toEqual([]);
  });

  test.each(Object.entries(liveSchemas))(
    'that live %s hold has words, or a reason to have none',
    (kind, schema) => {
      expect(withoutWords(schema, kind)).toEqual([]);
    },
  );

  test('that is new, and has none, is found wherever it stands', () => {
    const planted = z.object({
      doors: z.array(z.object({ colour: z.optional(z.enum(['red', 'green'])) })),
      by: z.record(z.string(), z.union([z.null(), z.enum(['day', 'night'])])),
      severity: alertSchema.shape.severity,
    });
    expect(withoutWords(planted, 'answer')).toEqual(['colour: red green', 'by: day night']);
  });
});

function missing(names: readonly string[], words: Readonly<Record<string, string>>): string[] {
  return names.filter((name) => (words[name] ?? '') === '');
}

function pathsOf(words: object, path = ''): string[] {
  return Object.entries(words)
    .flatMap(([name, value]) =>
      typeof value === 'object' ? pathsOf(value as object, `${path}${name}.`) : [`${path}${name}`],
    )
    .sort();
}

function emptyIn(words: object): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'object' ? emptyIn(value as object) : value === '' ? [name] : [],
  );
}
