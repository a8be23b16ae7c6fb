import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReplayReport } from '../../simulator/replay-report.ts';

// The command as people run it, over a few weeks of two of the real garages: all of them take most of an hour.

const root = join(import.meta.dirname, '../..');
const sessions = 'simulator/data/trondheim-garages.csv';
const garages = ['MS11', 'Ris'];
const rows = 70;

function replayed(): Promise<{ exit: number | string | null | undefined; said: string; errors: string }> {
  return new Promise((resolve) => {
    const command = ['simulator/replay.ts', sessions, '--garages', garages.join(','), '--limit', `${rows}`];
    execFile(process.execPath, [...command, '--json'], { cwd: root }, (error, said, errors) =>
      resolve({ exit: error === null ? 0 : error.code, said, errors }),
    );
  });
}

test('every session of two real garages is charged and paid for, or refused by name', async () => {
  const [header = [], ...lines] = readFileSync(join(root, sessions), 'utf8')
    .split(/\r?\n/)
    .map((line) => line.split(';'));
  const column = (line: readonly string[], name: string) => line[header.indexOf(name)] ?? '';
  const chosen = lines.filter((line) => garages.includes(column(line, 'Garage_ID'))).slice(0, rows);
  const withoutEnd = chosen.filter((line) => ['', 'NA'].includes(column(line, 'End_plugout'))).length;

  const { exit, said, errors } = await replayed();
  expect(exit, errors).toBe(0);
  const report = JSON.parse(said) as ReplayReport;
  expect(report.unaccounted).toEqual([]);
  expect(chosen).toHaveLength(rows);
  expect(withoutEnd).toBeGreaterThan(0);
  expect(withoutEnd).toBeLessThan(rows);
  expect(report.sessions).toEqual({
    read: rows,
    replayed: rows - withoutEnd,
    refused: { 'no-end': withoutEnd },
  });
  expect(report.sessionsSettled).toBe(report.sessions.replayed);
  expect(report.stays).toEqual({ joinedAndClosed: report.sessions.replayed, stillInside: 0 });
  expect(report.energyWh.settledByBoards).toBeGreaterThan(0);
  expect(report.energyWh.billed).toBe(report.energyWh.settledByBoards);
  const { toppedUp, charged, electricity, service, leftInWallets } = report.moneyFen;
  expect(charged).toBeGreaterThan(0);
  expect(electricity + service).toBe(charged);
  expect(charged + leftInWallets).toBe(toppedUp);
  expect(report).toMatchObject({ rebuildDifferences: 0, refusals: {}, deadLetters: 0 });
}, 300_000);
