import type { Bill } from '../src/billing/bill.ts';
import { sumOf } from '../src/billing/caps.ts';
import { checkTariff } from '../src/billing/check-tariff.ts';
import { grainsOfFen, yuanText } from '../src/billing/grains.ts';
import { price } from '../src/billing/price.ts';
import type { Tariff } from '../src/billing/tariff.ts';
import { DomainError } from '../src/shared/errors.ts';
import { type Claim, readCharge, readTariff } from './charge-file.ts';
import { BadInput, optionsOf } from './input.ts';
import { billText } from './price-text.ts';

const usage = 'Usage: npx pengyou price --tariff <file> --charge <file> [--json]';
const grainsPerMicroYuan = 3600;

type Tell = (text: string) => void;

/**
 * Prices one charge under one tariff; both files are described in docs/billing.md. Answers the exit code: 0 done, 2 an
 * option or a file that cannot be used, with its place.
 */
export async function run(
  args: readonly string[],
  tell: Tell = (text) => console.log(text),
  complain: Tell = (text) => console.error(text),
): Promise<number> {
  try {
    tell(priced(args));
    return 0;
  } catch (error) {
    if (!(error instanceof BadInput || error instanceof DomainError)) throw error;
    complain(`${error.error}: ${error.message}`);
    return 2;
  }
}

function priced(args: readonly string[]): string {
  const options = optionsOf(
    args,
    { tariff: { type: 'string' }, charge: { type: 'string' }, json: { type: 'boolean' } },
    usage,
  );
  if (options.tariff === undefined || options.charge === undefined) throw new BadInput('bad-usage', usage);
  const tariff = readTariff(options.tariff);
  const { charge, claims } = readCharge(options.charge);
  // The bill may be of another operator's port: what a port delivers is not asked.
  checkTariff(tariff, { portPowerW: 0 });
  const bill = price(tariff, charge);
  const compared = claims.map((claim) => comparedWith(bill, claim));
  const sheet = { tariff, charge, bill, claims: compared };
  return options.json ? JSON.stringify(billJson(tariff, bill, compared), null, 2) : billText(sheet);
}

/** A claim beside the total: what it is more (positive) or less than ours. */
export interface ComparedClaim {
  readonly source: string;
  readonly yuan: string;
  readonly differenceYuan: string;
}

function comparedWith(bill: Bill, { source, yuan, microYuan }: Claim): ComparedClaim {
  const difference = microYuan * grainsPerMicroYuan - grainsOfFen(bill.totalFen);
  return { source, yuan, differenceYuan: yuanText(difference, difference % grainsOfFen(1) === 0 ? 2 : 6) };
}

function billJson(tariff: Tariff, bill: Bill, claims: readonly ComparedClaim[]) {
  const exact = (grains: number) => ({ amountGrains: grains, exactYuan: yuanText(grains, 6) });
  const total = sumOf(bill.lines.flatMap(({ slices }) => slices));
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
    remarks: bill.remarks,
    spent: bill.spent,
    claims,
  };
}
