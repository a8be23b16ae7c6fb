import Fraction from 'fraction.js';
import { expect } from 'vitest';
import type { Bill, Slice } from '../../src/billing/bill.ts';
import { checkTariff } from '../../src/billing/check-tariff.ts';
import { grainsPerFen } from '../../src/billing/grains.ts';
import { chargeable, notCharged } from '../../src/billing/hold-limit.ts';
import { price } from '../../src/billing/price.ts';
import { chargedByLine } from '../../src/billing/receipt.ts';
import { type Case, portPowerW } from './arbitraries.ts';
import { type OracleBill, type OracleSession, oracle, oracleSession, type Piece } from './oracle.ts';

/** The program's bill of a session, and what it charges of it whatever was held, are the oracle's. */
export function compare({ tariff, session }: Case): void {
  checkTariff(tariff, { portPowerW });
  const bill = price(tariff, session);
  const told = oracle(tariff, session);
  const ours = {
    ...summary(bill),
    slices: bill.lines.flatMap(({ line, slices }) => slices.map((slice) => sliceText(line, slice))),
    charged: holdsAround(told).map((held) => charged(bill, held)),
  };
  const theirs = {
    ...summaryOf(told),
    slices: bill.lines.flatMap(({ line, slices }) => slices.map((slice) => sliceFrom(told, line, slice))),
    charged: holdsAround(told).map((held) => oracleSession(told, held)),
  };
  // A matcher for every one of them would take longer than the oracle.
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) expect(ours).toEqual(theirs);
}

interface Held {
  readonly tariffHoldFen: number;
  readonly heldFen: number;
}

/** What is charged changes where a hold is just enough for charging, or for the total, and just not. */
function holdsAround({ chargingFen, totalFen }: OracleBill): Held[] {
  const charging = chargingFen.valueOf();
  const pairs = [
    [totalFen, totalFen],
    [totalFen - 1, totalFen - 1],
    [charging, totalFen - 1],
    [charging - 1, totalFen],
    [charging - 1, totalFen - 2],
    [Math.floor(charging / 3), Math.floor(charging / 2)],
    [0, totalFen],
    [totalFen - 1, 1],
  ] as const;
  return pairs.map(([heldFen, tariffHoldFen]) => ({
    heldFen: Math.max(0, heldFen),
    tariffHoldFen: Math.max(1, tariffHoldFen),
  }));
}

function charged(bill: Bill, { tariffHoldFen, heldFen }: Held): OracleSession {
  const chargedFen = chargeable({ holdFen: tariffHoldFen }, bill, heldFen);
  return {
    chargedFen: chargedByLine({ lines: bill.lines, chargedFen }),
    notChargedFen: notCharged({ totalFen: bill.totalFen, chargedFen })?.amountFen ?? 0,
  };
}

const grains = (fen: Fraction) => fen.mul(grainsPerFen).toFraction();

interface Summary {
  readonly electricity: readonly unknown[];
  readonly service: readonly unknown[];
  readonly totalFen: number;
  readonly remarks: readonly string[];
  readonly spent: readonly string[];
}

function summary(bill: Bill): Summary {
  const exact = (line: string) =>
    bill.lines
      .find((one) => one.line === line)
      ?.slices.reduce((sum, { amountGrains }) => sum + amountGrains, 0)
      .toString();
  return {
    electricity: [bill.lines[0]?.amountFen, exact('electricity')],
    service: [bill.lines[1]?.amountFen, exact('service')],
    totalFen: bill.totalFen,
    remarks: [...bill.remarks].sort(),
    spent: Object.entries(bill.spent).map(([date, spent]) => `${date} ${spent}`),
  };
}

function summaryOf(told: OracleBill): Summary {
  return {
    electricity: [told.shownFen.electricity, grains(told.exact.electricity)],
    service: [told.shownFen.service, grains(told.exact.service)],
    totalFen: told.totalFen,
    remarks: [...told.remarks].sort(),
    spent: Object.entries(told.spent).map(([date, fen]) => `${date} ${grains(fen)}`),
  };
}

function sliceText(line: string, { kind, fromMs, toMs, energyWh, amountGrains }: Slice): string {
  if (kind === 'cap') return 'cap';
  return `${line} ${kind} ${fromMs}-${toMs} ${energyWh} Wh ${amountGrains}`;
}

/** What the oracle says of a slice: the sum of its pieces within it. */
function sliceFrom(told: OracleBill, line: string, { kind, fromMs, toMs }: Slice): string {
  if (kind === 'cap') return 'cap';
  const text = (energyWh: Fraction, fen: Fraction) =>
    `${line} ${kind} ${fromMs}-${toMs} ${energyWh.toFraction()} Wh ${grains(fen)}`;
  if (kind === 'up-to-minimum') return text(new Fraction(0), told.missingFen);
  if (kind === 'overstay') return text(new Fraction(0), told.overstayFen);
  if (kind === 'start-fee' || kind === 'minimum') {
    const fee = told.fees.at(kind === 'start-fee' ? 0 : -1);
    return text(new Fraction(0), fee?.fen ?? new Fraction(-1));
  }
  const within = told.pieces.filter(
    (piece: Piece) => piece.line === line && fromMs <= piece.fromMs && piece.toMs <= toMs,
  );
  const sum = (of: (piece: Piece) => Fraction) =>
    within.reduce((total, piece) => total.add(of(piece)), new Fraction(0));
  return text(
    sum(({ energyWh }) => energyWh),
    sum(({ fen }) => fen),
  );
}
