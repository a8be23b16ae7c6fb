import type { Tariff } from '../contract/shapes/tariff.ts';
import type { SessionToPrice } from '../src/billing/bill.ts';
import { lacksHolidays } from '../src/billing/calendar.ts';
import { checkTariff } from '../src/billing/check-tariff.ts';
import { grainsOfFen, sumOf, yuanText } from '../src/billing/grains.ts';
import { chargeable, notCharged } from '../src/billing/hold-limit.ts';
import { price } from '../src/billing/price.ts';
import { wallClock } from '../src/shared/local-time.ts';
import { badUse, commandOf } from './command.ts';
import { billText, type ComparedClaim, type FileRemark, type Sheet } from './price-text.ts';
import { type Claim, readSession, readTariff } from './session-file.ts';

const usage = `pengyou price --tariff FILE --session FILE   prices one session under one tariff; no cloud is asked
  --json       the bill as one JSON text; an error as one line of JSON beside the output

Both files are described in docs/billing.md.`;
const grainsPerMicroYuan = 3600;

/**
 * Prices one session under one tariff; both files are described in docs/billing.md. Answers the exit code: 0 done, 2 an
 * option or a file that cannot be used, with its place.
 */
export const run = commandOf({
  name: 'price',
  usage,
  options: { tariff: { type: 'string' }, session: { type: 'string' } },
  run: ({ values }) => {
    if (values.tariff === undefined || values.session === undefined)
      throw badUse('price', 'Which files? --tariff, --session');
    const sheet = priced(values.tariff, values.session);
    return { result: billJson(sheet), lines: billText(sheet) };
  },
});

function priced(tariffFile: string, sessionFile: string): Sheet {
  const tariff = readTariff(tariffFile);
  const { session, claims, holdFen = tariff.holdFen } = readSession(sessionFile);
  // The bill may be of another operator's port: what a port delivers is not asked.
  checkTariff(tariff, { portPowerW: 0 });
  const bill = price(tariff, session);
  const chargedFen = chargeable(tariff, bill, holdFen);
  const compared = claims.map((claim) => comparedWith(chargedFen, claim));
  const fileRemarks = fileRemarksOf(tariff, session);
  return { tariff, session, bill, fileRemarks, holdFen, chargedFen, claims: compared };
}

function fileRemarksOf(tariff: Tariff, { readings }: SessionToPrice): FileRemark[] {
  const ends = [readings.at(0), readings.at(-1)].flatMap((reading) => reading?.atMs ?? []);
  const [startMs = 0] = ends;
  const isUnknown = (atMs: number) => lacksHolidays(tariff, wallClock(atMs, tariff.timeZone).date);
  return [
    ...(startMs < tariff.effectiveFromMs ? (['tariff-not-in-force'] as const) : []),
    ...(ends.some(isUnknown) ? (['holidays-not-known'] as const) : []),
  ];
}

function comparedWith(chargedFen: number, { source, yuan, microYuan }: Claim): ComparedClaim {
  const difference = microYuan * grainsPerMicroYuan - grainsOfFen(chargedFen);
  return { source, yuan, differenceYuan: yuanText(difference, difference % grainsOfFen(1) === 0 ? 2 : 6) };
}

function billJson({ tariff, bill, fileRemarks, holdFen, chargedFen, claims }: Sheet) {
  const exact = (grains: number) => ({ amountGrains: grains, exactYuan: yuanText(grains, 6) });
  const total = sumOf(bill.lines.flatMap(({ slices }) => slices));
  const deduction = notCharged({ totalFen: bill.totalFen, chargedFen });
  return {
    tariffVersion: tariff.tariffVersion,
    lines: bill.lines.map(({ line, amountFen, slices }) => ({
      line,
      amountFen,
      ...exact(sumOf(slices)),
      slices: slices.map((slice) => ({ ...slice, ...exact(slice.amountGrains) })),
    })),
    totalFen: bill.totalFen,
    ...exact(total),
    holdFen,
    ...(deduction === undefined ? {} : { notCharged: deduction }),
    chargedFen,
    remarks: [...bill.remarks, ...(deduction === undefined ? [] : [deduction.why]), ...fileRemarks],
    spent: bill.spent,
    claims,
  };
}
