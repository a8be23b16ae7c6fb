import { STOP } from './devices/juy-port.ts';
import { countBy, type Reconciliation } from './reconcile.ts';
import { chargingS, type Played } from './replay-run.ts';
import { deliverableWh, ENERGY_DIVISOR, scaledWh } from './scaling.ts';
import type { SessionFile } from './sessions.ts';

export interface ReplayReport extends Reconciliation {
  readonly source: string;
  readonly attribution: string;
  readonly scaling: string;
  readonly durationDisagrees: number;
  /** How each session ended, and how its energy compares with what was wanted. */
  readonly ended: readonly {
    readonly reason: string;
    readonly sessions: number;
    readonly wantedWh: number;
    readonly deliveredWh: number;
  }[];
  readonly carEnergyKWh: number;
  readonly scaledWh: number;
  /** Of the scaled energy: what a port can deliver in the time. */
  readonly deliverableWh: number;
  readonly cappedSessions: number;
}

const ATTRIBUTION =
  'Sørensen, Lindberg, Sartori, Andresen, Data in Brief 36 (2021) 107105; Mendeley Data jbks2rcwyj; CC BY 4.0';
const SCALING = `The sessions are of cars. Energy is divided by ${ENERGY_DIVISOR} for e-bikes and capped at what a port can deliver in the time; boards end a session after 12 h at most, the stay goes on.`;
const CAPPED_BELOW_WH = 1;
const SHOWN_AT_MOST = 30;

export function reportOf(
  source: string,
  file: SessionFile,
  played: readonly Played[],
  reconciliation: Reconciliation,
): ReplayReport {
  const { sessions } = file;
  const capped = sessions.filter(
    (session) => scaledWh(session) - deliverableWh(session, chargingS(session)) >= CAPPED_BELOW_WH,
  );
  return {
    source,
    attribution: ATTRIBUTION,
    scaling: SCALING,
    ...reconciliation,
    durationDisagrees: file.durationDisagrees,
    ended: endings(played),
    carEnergyKWh: round(total(sessions.map((session) => session.carKWh))),
    scaledWh: round(total(sessions.map(scaledWh))),
    deliverableWh: round(total(sessions.map((session) => deliverableWh(session, chargingS(session))))),
    cappedSessions: capped.length,
  };
}

function endings(played: readonly Played[]): ReplayReport['ended'] {
  const names = Object.entries(STOP);
  const nameOf = ({ closed }: Played) =>
    names.find(([, code]) => code === closed?.stopReason)?.[0] ?? 'never';
  return Object.keys(countBy(played.map(nameOf))).map((reason) => {
    const those = played.filter((one) => nameOf(one) === reason);
    return {
      // A plug pulled out is what this board calls "no charger".
      reason: reason === 'noCharger' ? 'unplugged' : reason,
      sessions: those.length,
      wantedWh: round(total(those.map(({ session }) => scaledWh(session)))),
      deliveredWh: round(total(those.map(({ closed }) => closed?.energyWh ?? 0))),
    };
  });
}

/** The report for people. */
export function printHuman(report: ReplayReport, print: (line: string) => void): void {
  const { sessions, energyWh, moneyFen, stays } = report;
  const refusals = Object.entries(sessions.refused).map(([reason, count]) => `${count} ${reason}`);
  print(`Replay of ${report.source}`);
  print(`  ${report.attribution}`);
  print(`  ${report.scaling}`);
  print(
    `Sessions   ${sessions.read} read, ${sessions.replayed} replayed, refused: ${refusals.join(', ') || 'none'}`,
  );
  if (report.durationDisagrees > 0) {
    print(
      `           in ${report.durationDisagrees} the duration column contradicts start and end (daylight saving and others)`,
    );
  }
  print(`Sessions    ${report.sessionsSettled} settled`);
  for (const { reason, sessions, wantedWh, deliveredWh } of report.ended) {
    print(`           ${sessions} ended ${reason}: ${kWh(wantedWh)} wanted, ${kWh(deliveredWh)} delivered`);
  }
  print(
    `Energy     cars ${report.carEnergyKWh} kWh, scaled ${kWh(report.scaledWh)}, deliverable ${kWh(report.deliverableWh)}`,
  );
  print(
    `           (${report.cappedSessions} sessions capped); settled by boards ${energyWh.settledByBoards} Wh, billed ${energyWh.billed} Wh`,
  );
  print(
    `Money      paid in ${yuan(moneyFen.toppedUp)} = charged ${yuan(moneyFen.charged)} + left ${yuan(moneyFen.leftInWallets)}`,
  );
  print(`           electricity ${yuan(moneyFen.electricity)}, service ${yuan(moneyFen.service)}`);
  print(
    `Stays      ${stays.joinedAndClosed} joined to a session and closed, ${stays.stillInside} still inside`,
  );
  print(
    `Cloud      ${report.rebuildDifferences} differences when computed again, ${report.deadLetters} dead letters, refused messages: ${JSON.stringify(report.refusals)}`,
  );
  if (report.unaccounted.length === 0) print('Everything is accounted for.');
  else print(`UNACCOUNTED: ${report.unaccounted.length}`);
  for (const line of report.unaccounted.slice(0, SHOWN_AT_MOST)) print(`  ${line}`);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function kWh(wh: number): string {
  return `${(wh / 1000).toFixed(2)} kWh`;
}

function yuan(fen: number): string {
  return `${(fen / 100).toFixed(2)} yuan`;
}
