import type { Receipt } from '../../contract/shapes/receipt.ts';
import { grainsOfTime } from '../billing/grains.ts';
import { notCharged } from '../billing/hold-limit.ts';
import { wallClock } from '../shared/local-time.ts';
import { durationOfMs, kWhOfWh, two, yuanOfFen, yuanOfGrains, yuanOfMilliYuan } from './amounts.ts';
import {
  type Bilingual,
  correctionWords,
  differenceWords,
  freeReasons,
  perUnit,
  remarkWords,
  sliceKinds,
  wordFor,
  words,
} from './words.ts';

type Line = Receipt['lines'][number];
type Slice = Line['slices'][number];

/** What is printed beside the receipt itself. */
export interface Surroundings {
  readonly place: Bilingual;
  readonly timeZone: string;
  /** Where anybody can look at the receipt, with its code. */
  readonly url: string;
}

/** A receipt as it is read, from top to bottom; every amount is text already. */
export interface ReceiptDocument {
  readonly title: Bilingual;
  readonly code: string;
  readonly url: string;
  /** The moment of the last thing that the receipt tells. */
  readonly datedMs: number;
  readonly facts: readonly { readonly label: Bilingual; readonly value: Bilingual }[];
  readonly tables: readonly LineTable[];
  /** From above to below; what is `takenOff` has its sign. */
  readonly totals: readonly {
    readonly label: Bilingual;
    readonly value: string;
    readonly takenOff?: true;
  }[];
  readonly sections: readonly Section[];
}

export interface LineTable {
  readonly title: Bilingual;
  readonly sum: string;
  readonly rows: readonly SliceRow[];
  readonly exactSum: string;
}

export interface SliceRow {
  readonly period: string;
  /** What it is, and why it costs nothing, where there is something to say. */
  readonly note?: Bilingual;
  readonly duration: string;
  readonly energy: string;
  readonly price: string;
  readonly per: Bilingual;
  readonly amount: string;
}

export interface Section {
  readonly title: Bilingual;
  readonly paragraphs: readonly Bilingual[];
  /** Text that is the same in every language, such as an address. */
  readonly verbatim?: readonly string[];
}

const readingsShown = 40;

/** Lays a receipt out. Pure. */
export function receiptDocument(receipt: Receipt, { place, timeZone, url }: Surroundings): ReceiptDocument {
  const at = (atMs: number) => momentText(atMs, timeZone);
  const last = receipt.readings.at(-1);
  return {
    title: words.title,
    code: codeText(receipt.code),
    url,
    datedMs: Math.max(last?.atMs ?? 0, ...receipt.adjustments.map(({ atMs }) => atMs)),
    facts: factsOf(receipt, place, timeZone),
    tables: receipt.lines.map((line) => tableOf(line, timeZone)),
    totals: totalsOf(receipt),
    sections: [
      ...notes(receipt),
      ...boardSection(receipt),
      ...historySection(receipt, at),
      ...readingsSection(receipt, at),
      {
        title: words.verify,
        paragraphs: [words.verifyByPage, words.verifyByProgram],
        verbatim: [url, `npm run verify -- ${codeText(receipt.code)}`],
      },
    ],
  };
}

/** A code in two halves: it is read out, and typed. */
export function codeText(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

function factsOf(receipt: Receipt, place: Bilingual, timeZone: string): ReceiptDocument['facts'] {
  const first = receipt.readings[0];
  const last = receipt.readings.at(-1);
  const fact = (label: Bilingual, value: string | undefined) =>
    value === undefined ? [] : [{ label, value: same(value) }];
  const moment = (atMs: number | undefined) => (atMs === undefined ? undefined : momentText(atMs, timeZone));
  return [
    { label: words.place, value: place },
    ...fact(words.session, receipt.sessionId),
    ...fact(words.began, moment(first?.atMs)),
    ...fact(words.ended, moment(last?.atMs)),
    ...fact(words.removed, moment(receipt.removedAtMs)),
    ...fact(words.energy, `${kWhOfWh(last?.energyWh ?? 0)} kWh`),
    ...fact(words.tariff, receipt.tariffVersion),
    ...fact(words.zone, timeZone),
    ...fact(words.package, receipt.allowance?.purchaseId),
  ];
}

/** The total, and where less was charged, what is taken off it: to be added up by hand. */
function totalsOf(receipt: Receipt): ReceiptDocument['totals'] {
  const deduction = notCharged(receipt);
  const chargedDiffers = receipt.chargedFen !== receipt.totalFen;
  return [
    { label: words.total, value: yuanOfFen(receipt.totalFen) },
    ...(deduction === undefined
      ? []
      : [{ label: words.notCharged, value: yuanOfFen(deduction.amountFen), takenOff: true as const }]),
    ...(chargedDiffers ? [{ label: words.charged, value: yuanOfFen(receipt.chargedFen) }] : []),
  ];
}

function tableOf(line: Line, timeZone: string): LineTable {
  return {
    title: line.line === 'electricity' ? words.electricity : words.service,
    sum: yuanOfFen(line.amountFen),
    rows: line.slices.map((slice) => rowOf(slice, timeZone)),
    exactSum: yuanOfGrains(line.slices.reduce((sum, { amountGrains }) => sum + amountGrains, 0)),
  };
}

function rowOf(slice: Slice, timeZone: string): SliceRow {
  const { kind, fromMs, toMs, energyWh, per, free } = slice;
  const isOnce = per === 'once';
  const notes = [
    ...(Object.hasOwn(sliceKinds, kind) ? [wordFor(sliceKinds, kind)] : []),
    ...(free === undefined ? [] : [wordFor(freeReasons, free)]),
  ];
  const note = notes.length === 0 ? undefined : joined(notes);
  return {
    period: fromMs === toMs ? momentText(fromMs, timeZone) : periodText(fromMs, toMs, timeZone),
    ...(note === undefined ? {} : { note }),
    duration: isOnce ? '' : durationOfMs(toMs - fromMs),
    energy: isOnce || kind === 'overstay' ? '' : `${kWhOfWh(energyWh)} kWh${slice.measured ? '' : ' *'}`,
    price: kind === 'cap' ? '' : yuanOfMilliYuan(slice.priceMilliYuan),
    per: kind === 'cap' ? same('') : perUnit[per],
    amount: yuanOfGrains(slice.amountGrains),
  };
}

function notes({ remarks, lines }: Receipt): Section[] {
  const hasInterpolated = lines.some(({ slices }) => slices.some(({ measured }) => !measured));
  const paragraphs = [
    ...(hasInterpolated ? [words.interpolated] : []),
    ...remarks.map((remark) => wordFor(remarkWords, remark)),
  ];
  return paragraphs.length === 0 ? [] : [{ title: words.notes, paragraphs }];
}

function boardSection({ boardClaim, whyDifferent, chargedFen }: Receipt): Section[] {
  if (boardClaim === undefined) return [];
  const claim = `${yuanOfFen(boardClaim.fen)}, ${kWhOfWh(boardClaim.energyWh)} kWh`;
  const bands = (boardClaim.bands ?? []).map(
    ({ seconds, priceMilliYuanPerHour }) =>
      `${durationOfMs(seconds * 1000)} × ${yuanOfMilliYuan(priceMilliYuanPerHour)} ${perUnit.hour.zh} = ` +
      yuanOfGrains(grainsOfTime(seconds * 1000, priceMilliYuanPerHour)),
  );
  const claimed = { title: words.boardClaimed, paragraphs: [same(claim)], verbatim: bands };
  if (whyDifferent.length === 0)
    return [
      {
        ...claimed,
        paragraphs: [same(claim), ...(boardClaim.fen === chargedFen ? [words.sameAsBoard] : [])],
      },
    ];
  const reasons = whyDifferent.map((reason) => wordFor(differenceWords, reason));
  return [claimed, { title: words.whyDifferent, paragraphs: reasons }];
}

function historySection({ adjustments }: Receipt, at: (atMs: number) => string): Section[] {
  if (adjustments.length === 0) return [];
  return [
    {
      title: words.history,
      paragraphs: adjustments.map(({ atMs, why, beforeFen, afterFen }) => {
        const reason = wordFor(correctionWords, why);
        const change = `${yuanOfFen(beforeFen)} → ${yuanOfFen(afterFen)}`;
        return {
          zh: `${at(atMs)} ${change} ${reason.zh}`,
          en: `${at(atMs)} ${change} ${reason.en}`,
        };
      }),
    },
  ];
}

function readingsSection({ readings }: Receipt, at: (atMs: number) => string): Section[] {
  if (readings.length === 0) return [];
  const shown = readings.slice(0, readingsShown);
  return [
    {
      title: words.readings,
      paragraphs: readings.length > shown.length ? [words.moreReadings] : [],
      verbatim: shown.map(({ atMs, energyWh, powerW }) =>
        [at(atMs), `${energyWh} Wh`, ...(powerW === undefined ? [] : [`${powerW} W`])].join('   '),
      ),
    },
  ];
}

/** 2026-11-23 19:42:07 by the estate's clock, with milliseconds where there are any. */
function momentText(atMs: number, timeZone: string): string {
  const { date, minute } = wallClock(atMs, timeZone);
  return `${date} ${clockText(atMs, minute)}`;
}

function periodText(fromMs: number, toMs: number, timeZone: string): string {
  const from = wallClock(fromMs, timeZone);
  const to = wallClock(toMs, timeZone);
  const end = from.date === to.date ? clockText(toMs, to.minute) : momentText(toMs, timeZone);
  return `${momentText(fromMs, timeZone)} – ${end}`;
}

// Every zone in use is whole minutes from UTC, so its seconds are those of UTC.
function clockText(atMs: number, minute: number): string {
  const ms = atMs % 1000;
  const seconds = two(Math.floor(atMs / 1000) % 60);
  const rest = ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`;
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${seconds}${rest}`;
}

function joined(texts: readonly Bilingual[]): Bilingual {
  return { zh: texts.map(({ zh }) => zh).join('，'), en: texts.map(({ en }) => en).join(', ') };
}

const same = (text: string): Bilingual => ({ zh: text, en: text });
