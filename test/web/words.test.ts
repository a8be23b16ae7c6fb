import { describe, expect, test } from 'vitest';
import { errorTable } from '../../contract/errors.ts';
import { alertSchema, deliveryResults, deliverySchema } from '../../contract/shapes/alert.ts';
import { differenceSchema, rowSchema } from '../../contract/shapes/books.ts';
import { changeStates, settingKinds } from '../../contract/shapes/change.ts';
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
import { exportKinds, parties, providerNames, refusalReasons, splitLines } from '../../contract/words.ts';
import type { CannotShow } from '../../src/tariffs/price-table.ts';
import { en as monthEn } from '../../web/src/month/words-en.ts';
import { zh as monthZh } from '../../web/src/month/words-zh.ts';
import { en as officeEn } from '../../web/src/office/words-en.ts';
import { zh as officeZh } from '../../web/src/office/words-zh.ts';
import { words as receiptWords } from '../../web/src/receipt/words.ts';
import { en as tariffEn } from '../../web/src/tariff/words-en.ts';
import { zh as tariffZh } from '../../web/src/tariff/words-zh.ts';
import { en } from '../../web/src/text-en.ts';
import { zh } from '../../web/src/text-zh.ts';
import { en as walletEn } from '../../web/src/wallet/words-en.ts';
import { zh as walletZh } from '../../web/src/wallet/words-zh.ts';

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

/** By its type, so that a new one does not compile until it stands here; and then it needs its words. */
const cannotShow = {
  'other-days': true,
  'more-than-five-prices': true,
  'price-of-a-kwh-above-65.535': true,
  'price-of-a-kwh-by-power': true,
  'fraction-of-a-fen-an-hour': true,
  'start-fee': true,
  minimum: true,
  'minimum-per-session': true,
  'free-minutes': true,
  'cap-per-session': true,
  'cap-per-day': true,
  overstay: true,
  packages: true,
} satisfies Record<CannotShow, true>;

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
    const tariff = { zh: tariffZh, en: tariffEn }[language];
    const wallet = { zh: walletZh, en: walletEn }[language];
    const office = { zh: officeZh, en: officeEn }[language];
    const month = { zh: monthZh, en: monthEn }[language];
    expect(missing(Object.keys(cannotShow), tariff.cannotShowWords)).toEqual([]);
    expect(missing(rolloutStates, tariff.rolloutStates)).toEqual([]);
    expect(missing(packageSchema.shape.kind.options, tariff.packageKinds)).toEqual([]);
    expect(missing(providerNames, wallet.providers)).toEqual([]);
    expect(missing(shownOrderSchema.shape.state.options, wallet.paymentStates)).toEqual([]);
    expect(missing(refundSchema.shape.state.options, wallet.refundStates)).toEqual([]);
    expect(missing(officeOrderSchema.shape.kind.options, office.kinds)).toEqual([]);
    expect(missing(orderStates, office.states)).toEqual([]);
    expect(missing(changeStates, office.outcomes)).toEqual([]);
    expect(missing(settingKinds, office.settings)).toEqual([]);
    expect(missing(['running', 'closed'], month.states)).toEqual([]);
    expect(missing(splitLines, month.lines)).toEqual([]);
    expect(missing(parties, month.parties)).toEqual([]);
    expect(missing(providerNames, month.providers)).toEqual([]);
    expect(missing(differenceSchema.shape.difference.options, month.differenceKinds)).toEqual([]);
    expect(missing(differenceSchema.shape.kind.options, month.moveKinds)).toEqual([]);
    expect(missing(rowSchema.shape.kind.options, month.rowKinds)).toEqual([]);
    expect(missing(exportKinds, month.fileKinds)).toEqual([]);
    expect(missing(whyDifferentSchema.options, receiptWords[language].differences)).toEqual([]);
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
