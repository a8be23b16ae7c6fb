import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { run } from '../../cli/tariffs.ts';
import { draftSchema } from '../../contract/routes/tariffs.ts';

// What `price` reads can be saved and tried too: the files are sent to a server that takes what the API takes.

const examples = join(import.meta.dirname, '../../docs/examples');
const names = ['time-of-use', 'everything', 'power-bands', 'time-alone'];
const directory = mkdtempSync(join(tmpdir(), 'pengyou-tariff-files-'));
const nothing = { sessions: 0, interpolated: 0, payMore: 0, payLess: 0, paySame: 0 };
const preview = {
  ...nothing,
  leftOut: { paidAtBoard: 0, unfinished: 0 },
  totals: { beforeFen: 0, afterFen: 0, differenceFen: 0 },
  ...{ byLine: [], households: [] },
};

/** Drafts that were taken. */
let taken: z.infer<typeof draftSchema>[] = [];
let server: Server;
let reach: string[];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = z.looseObject({ tariff: z.optional(z.unknown()) }).parse(await json(request));
    const draft = z.safeParse(draftSchema, body.tariff ?? body);
    if (draft.success) taken.push(draft.data);
    else response.statusCode = 400;
    const saved = { tariffVersion: draft.data?.tariffVersion, saved: 'saved' };
    const answer = body.tariff === undefined ? saved : { preview, fromMs: 0, untilMs: 1 };
    response.end(JSON.stringify(draft.success ? answer : { error: 'bad-request', message: 'no draft' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  reach = ['--estate', 'ziyun', '--api', api, '--token', 'x'];
});
beforeEach(() => {
  taken = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function tariffs(...args: string[]) {
  const told: string[] = [];
  const complaints: string[] = [];
  const code = await run(
    [...args, ...reach],
    (line) => void told.push(line),
    (line) => void complaints.push(line),
  );
  return { code, told: told.join('\n'), complaint: complaints.join('\n') };
}

function written(name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

describe.each(names)('the example %s', (name) => {
  const file = join(examples, `${name}.tariff.json`);
  const given = JSON.parse(readFileSync(file, 'utf8'));

  test.each(['save', 'preview'])('is taken by %s, whole', async (command) => {
    expect(await tariffs(command, file)).toMatchObject({ code: 0, complaint: '' });
    const { effectiveFrom, ...terms } = given;
    expect(taken).toEqual([{ ...terms, effectiveFromMs: Date.parse(effectiveFrom) }]);
  });
});

test('a file need not name what the estate says', async () => {
  const {
    timeZone: _,
    currency: __,
    ...terms
  } = JSON.parse(readFileSync(join(examples, 'time-of-use.tariff.json'), 'utf8'));
  const file = written('terms.json', JSON.stringify(terms));
  expect(await tariffs('save', file)).toMatchObject({ code: 0, told: '2026-01: saved' });
  expect(taken).toEqual([expect.not.objectContaining({ timeZone: expect.anything() })]);
});

describe('a file is refused here, and not sent', () => {
  const terms = JSON.parse(readFileSync(join(examples, 'time-of-use.tariff.json'), 'utf8'));
  test.each<[string, string, string]>([
    ['with a misspelt member', JSON.stringify({ ...terms, capPerDayFn: 100 }), 'capPerDayFn: is not known'],
    [
      'with two beginnings',
      JSON.stringify({ ...terms, effectiveFromMs: 1 }),
      'effectiveFrom: must be given once',
    ],
    ['with a part of a fen', JSON.stringify({ ...terms, startFeeFen: 0.5 }), 'startFeeFen: '],
    ['that is a list', '[]', 'the file: '],
  ])('%s', async (name, content, place) => {
    for (const command of ['save', 'preview']) {
      const { code, told, complaint } = await tariffs(command, written(`${name}.json`, content));
      expect({ code, told, taken }).toEqual({ code: 2, told: '', taken: [] });
      expect(complaint).toContain(place);
    }
  });
});
