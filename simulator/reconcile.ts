import type { BillSlice, Receipt } from '../contract/shapes/receipt.ts';
import { accountOf } from '../src/ledger/ledger.ts';
import { type ReplayLayout, TOP_UP_FEN } from './replay-layout.ts';
import type { Played } from './replay-run.ts';
import type { SessionFile } from './sessions.ts';

/** What the cloud's own interface says when a replay is over. */
export interface CloudBooks {
  readonly sessions: readonly CloudSession[];
  readonly accounts: readonly {
    readonly account: string;
    readonly balanceFen: number;
    readonly heldFen?: number | undefined;
  }[];
  /** Stays still open, over all facilities. */
  readonly inside: number;
  /** By reason, over the whole replay. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly deadLetters: readonly string[];
  /** What is not the same when it is computed again from the journal. */
  readonly rebuildDifferences: readonly string[];
}

export interface CloudSession {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly port: number;
  readonly householdId?: string | undefined;
  readonly state: string;
  readonly startedAtMs: number;
  readonly energyWh?: number | undefined;
  readonly totalFen?: number | undefined;
  readonly receipt?: CloudReceipt | undefined;
  readonly stay?:
    | { readonly enteredAtMs?: number | undefined; readonly leftAtMs?: number | undefined }
    | undefined;
}

export type CloudReceipt = Pick<Receipt, 'lines' | 'totalFen' | 'remarks'>;

export interface Reconciliation {
  readonly sessions: {
    readonly read: number;
    readonly refused: Record<string, number>;
    readonly replayed: number;
  };
  readonly sessionsSettled: number;
  readonly energyWh: { readonly settledByBoards: number; readonly billed: number };
  readonly moneyFen: {
    readonly toppedUp: number;
    readonly charged: number;
    readonly electricity: number;
    readonly service: number;
    readonly leftInWallets: number;
  };
  readonly stays: { readonly joinedAndClosed: number; readonly stillInside: number };
  readonly refusals: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  readonly rebuildDifferences: number;
  /** Everything that does not add up, by name. Empty: all is accounted for. */
  readonly unaccounted: readonly string[];
}

/** 1/3600 of a micro-yuan: what a Wh, or an hour, costs is a whole number of them. */
const GRAINS_PER_FEN = 36_000_000;

/** Compares what was played with what was booked, each session by itself and all of them together. */
export function reconcile(
  file: SessionFile,
  layout: ReplayLayout,
  played: readonly Played[],
  books: CloudBooks,
): Reconciliation {
  const pairs = pairUp(played, books.sessions);
  const refused = countBy(file.refused.map(({ reason }) => reason));
  const balance = (account: string) =>
    books.accounts.find((known) => known.account === account)?.balanceFen ?? 0;
  const wallets = books.accounts.filter(({ account }) => accountOf(account)?.is === 'wallet');
  const moneyFen = {
    toppedUp: layout.users.length * TOP_UP_FEN,
    charged: sum(books.sessions.map((session) => session.totalFen ?? 0)),
    electricity: balance('revenue:electricity'),
    service: balance('revenue:service'),
    leftInWallets: sum(wallets.map(({ balanceFen }) => balanceFen)),
  };
  const energyWh = {
    settledByBoards: sum(played.map(({ closed }) => closed?.reportedWh ?? 0)),
    billed: sum(books.sessions.map((session) => billedWh(session))),
  };
  const unaccounted = [
    ...differ('rows read', file.rowsRead, file.refused.length + played.length),
    ...played.flatMap(({ session, problems }) =>
      problems.map((problem) => `session ${session.sessionId}: ${problem}`),
    ),
    ...pairs.flatMap(({ played: one, session }) => sessionProblems(one, session, layout)),
    ...books.sessions.flatMap((session) => receiptProblems(session)),
    ...differ('sessions', played.length, books.sessions.length),
    ...differ('energy in Wh', energyWh.settledByBoards, energyWh.billed),
    ...differ('revenue in fen', moneyFen.charged, moneyFen.electricity + moneyFen.service),
    ...differ('money in fen', moneyFen.toppedUp, moneyFen.charged + moneyFen.leftInWallets),
    ...differ('cash paid in, in fen', moneyFen.toppedUp, -balance('cash')),
    ...differ('sum of all accounts', 0, sum(books.accounts.map(({ balanceFen }) => balanceFen))),
    ...differ('money still held, in fen', 0, sum(wallets.map(({ heldFen }) => heldFen ?? 0))),
    ...differ('stays still open', 0, books.inside),
    ...Object.entries(books.refusals).map(
      ([reason, count]) => `the cloud refused ${count} messages: ${reason}`,
    ),
    ...books.rebuildDifferences.map((difference) => `computed again: ${difference}`),
    ...books.deadLetters.map((letter) => `dead letter ${letter.slice(0, 200)}`),
  ];
  return {
    sessions: { read: file.rowsRead, refused, replayed: played.length },
    sessionsSettled: books.sessions.filter((session) => session.state === 'settled').length,
    energyWh,
    moneyFen,
    stays: {
      joinedAndClosed: books.sessions.filter((session) => session.stay?.leftAtMs !== undefined).length,
      stillInside: books.inside,
    },
    refusals: books.refusals,
    deadLetters: books.deadLetters.length,
    rebuildDifferences: books.rebuildDifferences.length,
    unaccounted,
  };
}

/** The n-th session that a port saw, beside the n-th that the cloud has of it. */
function pairUp(played: readonly Played[], sessions: readonly CloudSession[]) {
  const byPort = (port: { imei: string; port: number }) =>
    sessions
      .filter((session) => session.deviceId === port.imei && session.port === port.port)
      .toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  const ports = Map.groupBy(played, ({ imei, port }) => `${imei}:${port}`);
  return [...ports.values()].flatMap((list) => {
    const [first] = list;
    const booked = first ? byPort(first) : [];
    const ordered = list.toSorted((a, b) => a.session.startMs - b.session.startMs);
    return ordered.map((one, index) => ({ played: one, session: booked[index] }));
  });
}

function sessionProblems(played: Played, session: CloudSession | undefined, layout: ReplayLayout): string[] {
  const { session: told, closed } = played;
  const name = `session ${told.sessionId}`;
  if (!closed) return [`${name}: the board never closed its session`];
  if (!session) return [`${name}: the cloud knows no session of it`];
  const household = layout.users.find(({ userId }) => userId === told.userId)?.householdId;
  return [
    ...(session.state === 'settled' ? [] : [`${name}: its session is ${session.state}`]),
    ...(session.householdId === household
      ? []
      : [`${name}: billed to ${session.householdId}, not to ${household}`]),
    ...differ(`${name}: energy in Wh`, closed.reportedWh, billedWh(session)),
    ...(session.stay?.leftAtMs === undefined ? [`${name}: its session is not joined to a closed stay`] : []),
  ];
}

/** A bill is added up again from its slices, as a resident could by hand. */
function receiptProblems({ sessionId, receipt, totalFen }: CloudSession): string[] {
  if (!receipt) return [`session ${sessionId} has no receipt`];
  const lines = receipt.lines.flatMap(({ line, amountFen, slices }) => {
    const exact = sum(slices.map(amountByHand));
    return differ(
      `session ${sessionId}: ${line} in fen`,
      Math.floor(exact / GRAINS_PER_FEN + 0.5),
      amountFen,
    );
  });
  return [
    ...lines,
    ...differ(
      `session ${sessionId}: lines in fen`,
      sum(receipt.lines.map(({ amountFen }) => amountFen)),
      receipt.totalFen,
    ),
    ...differ(`session ${sessionId}: taken in fen`, receipt.totalFen, totalFen ?? 0),
    ...receipt.remarks.map((remark) => `session ${sessionId}: remark ${remark}`),
  ];
}

function amountByHand({
  per,
  energyWh,
  fromMs,
  toMs,
  priceMilliYuan,
  amountGrains,
  free,
}: BillSlice): number {
  if (free !== undefined) return 0;
  if (per === 'kWh') return energyWh * priceMilliYuan * 3600;
  return per === 'hour' ? (toMs - fromMs) * priceMilliYuan : amountGrains;
}

function billedWh(session: CloudSession): number {
  const electricity = session.receipt?.lines.find(({ line }) => line === 'electricity');
  return sum(electricity?.slices.map(({ energyWh }) => energyWh) ?? []);
}

function differ(what: string, expected: number, found: number): string[] {
  return expected === found ? [] : [`${what}: ${expected} expected, ${found} found`];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** How many of each. */
export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
