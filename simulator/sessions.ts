import { parse } from 'csv-parse/sync';
import { momentsOf } from './local-time.ts';

/** One charging session of a residential garage, as the data set reports it. */
export interface Session {
  readonly sessionId: string;
  readonly garageId: string;
  readonly userId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What the car took: not yet scaled. */
  readonly carKWh: number;
}

export type RowRefusal =
  | 'missing-field'
  | 'duplicate-session'
  | 'no-end'
  | 'bad-time'
  | 'nonexistent-time'
  | 'end-before-start'
  | 'bad-number'
  | 'overlap-of-same-user';

export interface RefusedRow {
  readonly sessionId: string;
  /** Line in the file, the header being line 1. */
  readonly line: number;
  readonly reason: RowRefusal;
}

export interface SessionFile {
  readonly rowsRead: number;
  /** In order of their start. */
  readonly sessions: readonly Session[];
  readonly refused: readonly RefusedRow[];
  /** Rows whose own duration column is more than two minutes off from their start and end. Not a reason to refuse. */
  readonly durationDisagrees: number;
}

export interface ReadOptions {
  readonly timeZone: string;
  readonly garages?: readonly string[];
  readonly limit?: number;
}

const COLUMNS = [
  'session_ID',
  'Garage_ID',
  'User_ID',
  'Start_plugin',
  'End_plugout',
  'El_kWh',
  'Duration_hours',
];
const NOTHING = ['', 'NA'];
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DURATION_TOLERANCE_HOURS = 2 / 60;

type Row = Record<string, string>;
interface Reading {
  readonly session: Session;
  readonly line: number;
  readonly durationDisagrees: boolean;
}

/** Reads a report of this shape; throws only when the columns are not there. Every row ends up as one or the other. */
export function readSessions(csv: string, options: ReadOptions): SessionFile {
  const rows = chosenRows(csv, options);
  const refused: RefusedRow[] = [];
  const readings: Reading[] = [];
  const seen = new Set<string>();
  for (const { row, line } of rows) {
    const sessionId = row['session_ID'] ?? '';
    const reading = seen.has(sessionId) ? 'duplicate-session' : readRow(row, line, options.timeZone);
    seen.add(sessionId);
    if (typeof reading === 'string') refused.push({ sessionId, line, reason: reading });
    else readings.push(reading);
  }
  const sessions = withoutOverlap(readings, refused).map(({ session }) => session);
  return {
    rowsRead: rows.length,
    sessions,
    refused: refused.toSorted((a, b) => a.line - b.line),
    durationDisagrees: readings.filter((reading) => reading.durationDisagrees).length,
  };
}

function chosenRows(csv: string, options: ReadOptions): { row: Row; line: number }[] {
  const rows = parse(csv, {
    delimiter: ';',
    columns: true,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
  }) as unknown as { record: Row; info: { lines: number } }[];
  const [first] = rows;
  const missing = COLUMNS.filter((column) => first && !(column in first.record));
  if (missing.length > 0) throw new Error(`The file has no column ${missing.join(', ')}`);
  return rows
    .map(({ record, info }) => ({ row: record, line: info.lines }))
    .filter(({ row }) => options.garages === undefined || options.garages.includes(row['Garage_ID'] ?? ''))
    .slice(0, options.limit ?? Number.POSITIVE_INFINITY);
}

function readRow(row: Row, line: number, timeZone: string): Reading | RowRefusal {
  const field = (name: string) => row[name] ?? '';
  const [sessionId, garageId, userId] = [field('session_ID'), field('Garage_ID'), field('User_ID')];
  if ([sessionId, garageId, userId, field('Start_plugin')].some((value) => NOTHING.includes(value)))
    return 'missing-field';
  if (NOTHING.includes(field('End_plugout'))) return 'no-end';
  const [start, end] = [isoWall(field('Start_plugin')), isoWall(field('End_plugout'))];
  if (!start || !end) return 'bad-time';
  const carKWh = decimal(field('El_kWh'));
  if (carKWh === undefined) return 'bad-number';
  const statedHours = decimal(field('Duration_hours'));
  const span = bestSpan(momentsOf(start, timeZone), momentsOf(end, timeZone), statedHours);
  if (!span) return 'nonexistent-time';
  if (span.endMs < span.startMs) return 'end-before-start';
  const hours = (span.endMs - span.startMs) / HOUR_MS;
  return {
    session: { sessionId, garageId, userId, ...span, carKWh },
    line,
    durationDisagrees: statedHours !== undefined && Math.abs(hours - statedHours) > DURATION_TOLERANCE_HOURS,
  };
}

/** Where a wall-clock time happened twice, the row's own duration says which was meant; else the first. */
function bestSpan(
  starts: readonly number[],
  ends: readonly number[],
  statedHours: number | undefined,
): { startMs: number; endMs: number } | undefined {
  const spans = starts.flatMap((startMs) => ends.map((endMs) => ({ startMs, endMs })));
  const error = (span: { startMs: number; endMs: number }) =>
    statedHours === undefined ? 0 : Math.abs(span.endMs - span.startMs - statedHours * HOUR_MS);
  return spans.toSorted((a, b) => error(a) - error(b))[0];
}

/**
 * A person has one bicycle here: who is still charging cannot come again. The first comer stays. The file knows only
 * minutes: who came, left and came again within one comes again in the next.
 */
function withoutOverlap(readings: readonly Reading[], refused: RefusedRow[]): Reading[] {
  const last = new Map<string, Session>();
  const ordered = readings.toSorted((a, b) => a.session.startMs - b.session.startMs || a.line - b.line);
  const kept = ordered.flatMap((reading): Reading[] => {
    const { userId, sessionId } = reading.session;
    const before = last.get(userId);
    const session = afterBrief(reading.session, before);
    if (before !== undefined && session.startMs < before.endMs) {
      refused.push({ sessionId, line: reading.line, reason: 'overlap-of-same-user' });
      return [];
    }
    last.set(userId, session);
    return [{ ...reading, session }];
  });
  return kept.toSorted((a, b) => a.session.startMs - b.session.startMs || a.line - b.line);
}

function afterBrief(session: Session, before: Session | undefined): Session {
  const isBrief = before !== undefined && before.startMs === before.endMs;
  if (!isBrief || session.startMs - before.endMs >= MINUTE_MS) return session;
  const startMs = before.endMs + MINUTE_MS;
  return { ...session, startMs, endMs: Math.max(session.endMs, startMs) };
}

/** `21.12.2018 10:20` as `2018-12-21 10:20`; undefined for a day or an hour that no calendar has. */
function isoWall(text: string): string | undefined {
  const match = /^(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [, day, month, year, hour, minute] = match;
  const wall = `${year}-${month}-${day} ${hour}:${minute}`;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  // Some engines roll 31 June over into July: what is not shown again as it was written never was.
  return Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 16).replace('T', ' ') !== wall
    ? undefined
    : wall;
}

/** A decimal comma, not negative. */
function decimal(text: string): number | undefined {
  return /^\d+(?:,\d+)?$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}
