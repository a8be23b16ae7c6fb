import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as close } from '../../cli/close.ts';
import { connect } from '../../cli/connection.ts';
import { run as rebuild } from '../../cli/rebuild.ts';
import { run as refunds } from '../../cli/refunds.ts';
import { CommandRefused } from '../../cli/refusal.ts';
import { run as tariffs } from '../../cli/tariffs.ts';
import { run as verify } from '../../cli/verify.ts';

// What a person may type, and where it may lead: never to a stack.

type Run = (
  args: readonly string[],
  tell: (line: string) => void,
  complain: (line: string) => void,
) => Promise<number>;
const estate = ['--estate', 'ziyun'];
const commands: readonly (readonly [string, Run, readonly string[]])[] = [
  ['refunds', refunds, ['list', ...estate]],
  ['tariffs', tariffs, ['list', ...estate]],
  ['close', close, ['--month', '2026-10', ...estate]],
  ['rebuild', rebuild, estate],
];

/** The exit code and everything that was said beside the output, where nothing may be. */
async function typed(run: Run, args: readonly string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const told: string[] = [];
  const code = await run(
    args,
    (line) => void told.push(line),
    (line) => void lines.push(line),
  );
  expect(told).toEqual([]);
  return { code, said: lines.join('\n') };
}

let directory: string;
/** Answers, but is no API: a page, a proxy, another server. */
let stranger: Server;
let strangerUrl: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pengyou-bad-use-'));
  stranger = createServer((_, response) => response.end('<html>'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  strangerUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  stranger.closeAllConnections();
  await new Promise((resolve) => stranger.close(resolve));
});

describe.each(commands)('%s', (_, run, args) => {
  test('says that there is no such option', async () => {
    const { code, said } = await typed(run, [...args, '--bogus']);
    expect(code).toBe(2);
    expect(said).toContain('--bogus');
  });

  test.concurrent.each([
    ['nobody answers', () => 'http://127.0.0.1:9', 'The API cannot be reached: '],
    ['the address is none', () => 'nonsense', 'The API cannot be reached: Invalid URL'],
    ['somebody else answers', () => strangerUrl, 'What answered is no API of ours'],
  ])('says so where %s', async (_where, api, words) => {
    const { code, said } = await typed(run, [...args, '--api', api(), '--token', 'x']);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining(words) });
  });
});

test.each(['constructor', 'toString', '__proto__'])('%s is no command', async (name) => {
  for (const run of [refunds, tariffs] as Run[]) {
    const { code, said } = await typed(run, [name, ...estate, '--api', strangerUrl, '--token', 'x']);
    expect(code).toBe(2);
    expect(said).toMatch(new RegExp(`^bad-usage: ${name} is none of [^\\n]*--help[^\\n]*$`));
  }
});

test.each(['http://', 'http://127.0.0.1:9/r/%zz', 'https://[', 'http://127.0.0.1:9/r/'])(
  '%s is the address of no receipt',
  async (address) => {
    const { code, said } = await typed(verify, [address]);
    expect({ code, said }).toEqual({
      code: 2,
      said: `bad-usage: ${address} is not the address of a receipt`,
    });
  },
);

test('a receipt is not looked for where somebody else answers', async () => {
  const { code, said } = await typed(verify, ['ABCDEFGHJK', '--api', strangerUrl]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('no API of ours') });
});

test('files go into no directory that is a file', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const { code, said } = await typed(close, [
    ...['--month', '2026-10', '--export-only', '--out', file, ...estate],
    ...['--api', strangerUrl, '--token', 'x'],
  ]);
  expect(code).toBe(2);
  expect(said).toContain(file);
});

test.each(['{bad', '{}', '[]'])('the local cloud is not where %s says', async (told) => {
  await expect(connect({ estate: 'ziyun', environment: { PENGYOU_LOCAL: told } })).rejects.toThrow(
    CommandRefused,
  );
});
