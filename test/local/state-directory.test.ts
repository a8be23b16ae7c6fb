import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeStateDirectory } from '../../local/machine/state-directory.ts';

let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const lock = () => join(directory, 'running.pid');

/** Another process that takes the directory and holds it until it is killed. */
async function holder() {
  const script = `
    import { takeStateDirectory } from ${JSON.stringify(new URL('../../local/machine/state-directory.ts', import.meta.url).href)};
    await takeStateDirectory(${JSON.stringify(directory)}, false);
    console.log('taken');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}

test('what another process holds is refused; what it left behind when it was killed is not', async () => {
  const kill = await holder();
  await expect(takeStateDirectory(directory, false)).rejects.toThrow(/already runs with .* \(process \d+\)/);
  await kill();
  expect(existsSync(lock())).toBe(true);
  const release = await takeStateDirectory(directory, false);
  await expect(takeStateDirectory(directory, false)).rejects.toThrow('already runs');
  release();
  expect(existsSync(lock())).toBe(false);
});

test.each([
  ['the number of a process that lives', () => String(process.pid)],
  ['a port at which nobody listens', () => JSON.stringify({ pid: process.pid, port: 1, name: 'x' })],
  ['half a lock', () => '{"pid":'],
])('a lock with %s is left over', async (_, text) => {
  writeFileSync(join(directory, 'local-cloud.txt'), 'format 2');
  writeFileSync(lock(), text());
  (await takeStateDirectory(directory, false))();
});

test('of many starts at once one has it', async () => {
  const starts = await Promise.allSettled(
    Array.from({ length: 8 }, () => takeStateDirectory(directory, false)),
  );
  const taken = starts.filter(({ status }) => status === 'fulfilled');
  expect(taken).toHaveLength(1);
  expect(readdirSync(directory).sort()).toEqual(['local-cloud.txt', 'running.pid']);
});

test('a directory of somebody else is not taken, and a fresh start empties only one of ours', async () => {
  writeFileSync(join(directory, 'letter.txt'), 'dear');
  await expect(takeStateDirectory(directory, true)).rejects.toThrow('is not a state directory');
  writeFileSync(join(directory, 'local-cloud.txt'), '');
  (await takeStateDirectory(directory, true))();
  expect(readdirSync(directory)).toEqual(['local-cloud.txt']);
});

test.each([
  ['an older version', 'State of the local cloud. It may be deleted.', 1],
  ['a newer version', 'State of the local cloud, format 3.', 3],
])('the state of %s is refused and kept, until somebody begins anew', async (_, marker, format) => {
  writeFileSync(join(directory, 'local-cloud.txt'), marker);
  writeFileSync(join(directory, 'clock.json'), '{}');
  await expect(takeStateDirectory(directory, false)).rejects.toThrow(
    `another version of Pengyou (format ${format}; this one reads 2): start with --fresh`,
  );
  expect(readdirSync(directory).sort()).toEqual(['clock.json', 'local-cloud.txt']);
  (await takeStateDirectory(directory, true))();
  expect(readdirSync(directory)).toEqual(['local-cloud.txt']);
  (await takeStateDirectory(directory, false))();
});
