import { expect, test } from 'vitest';
import { deliveryResults, deliverySchema } from '../../contract/shapes/alert.ts';
import {
  holdSchema,
  holdStateSchema,
  portStateSchema,
  watcherSchema,
} from '../../contract/shapes/overview.ts';
import type { PriceRemark } from '../../src/billing/bill.ts';
import type { CloseReason } from '../../src/charging/charge-receipt.ts';
import type { Remark } from '../../src/charging/fold.ts';
import { errorTable } from '../../src/shared/errors.ts';
import type { CannotShow } from '../../src/tariffs/price-table.ts';
import { en as monthEn } from '../../web/src/month/words-en.ts';
import { zh as monthZh } from '../../web/src/month/words-zh.ts';
import { en as officeEn } from '../../web/src/office/words-en.ts';
import { zh as officeZh } from '../../web/src/office/words-zh.ts';
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

/** By their types, so that a new one does not compile until it stands here; and then it needs its words. */
const remarks = {
  'power-beyond-bands': true,
  'capped-per-charge': true,
  'capped-per-day': true,
  estimated: true,
  'impossible-energy': true,
  'impossible-reading-ignored': true,
  'impossible-duration': true,
  'stop-lost-borne-by-us': true,
  'not-started': true,
  'port-fault': true,
  refused: true,
  'end-never-told': true,
  'limited-to-hold': true,
  'late-truth-borne-by-us': true,
} satisfies Record<PriceRemark | Remark | CloseReason | 'limited-to-hold' | 'late-truth-borne-by-us', true>;

const cannotShow = {
  'other-days': true,
  'more-than-five-prices': true,
  'price-of-a-kwh-above-65.535': true,
  'price-of-a-kwh-by-power': true,
  'fraction-of-a-fen-an-hour': true,
  'start-fee': true,
  minimum: true,
  'minimum-per-charge': true,
  'free-minutes': true,
  'cap-per-charge': true,
  'cap-per-day': true,
  overstay: true,
  packages: true,
} satisfies Record<CannotShow, true>;

test.each(['zh', 'en'] as const)(
  'every error, remark and end of a delivery has its words in %s',
  (language) => {
    const { words } = { zh, en }[language];
    const tariff = { zh: tariffZh, en: tariffEn }[language];
    expect(missing(Object.keys(errorTable), words.errors)).toEqual([]);
    expect(missing(Object.keys(remarks), words.remarks)).toEqual([]);
    expect(missing(deliveryResults, words.deliveryResults)).toEqual([]);
    expect(missing(deliverySchema.shape.channel.options, words.deliveryChannels)).toEqual([]);
    expect(missing(Object.keys(cannotShow), tariff.cannotShowWords)).toEqual([]);
  },
);

test.each(['zh', 'en'] as const)(
  'every state of a port and of a door, and every sensor, has its words in %s',
  (language) => {
    const { words } = { zh, en }[language];
    const doors = holdSchema.shape.wanted.options.flatMap((wanted) =>
      holdStateSchema.options.map((state) => `${wanted}-${state}`),
    );
    expect(missing(portStateSchema.options, words.portStates)).toEqual([]);
    expect(missing(['by-card', 'unknown', ...doors], words.doorStates)).toEqual([]);
    expect(missing(watcherSchema.shape.kind.options, words.sensorKinds)).toEqual([]);
  },
);

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
