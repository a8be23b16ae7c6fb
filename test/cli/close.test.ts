import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { estateId } from '../books/ledger-builder.ts';
import { longMonth, serveBooks } from './closed-month.ts';

// The command as a process of its own, killed while it waits for a page, and called again.

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'pengyou-close-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function pengyou(api: string, ...args: readonly string[]) {
  const reach = ['--estate', estateId, '--api', api, '--token', 'any'];
  const command = ['cli/pengyou.ts', 'close', '--month', '2026-10', ...args, ...reach];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const end = new Promise<{ exit: number | null; said: string }>((resolve) =>
    child.on('close', (exit) => resolve({ exit, said })),
  );
  return { child, end };
}

test('a closing that is killed goes on, and its files are those of one that was not', async () => {
  const world = await longMonth();
  let waiting = { part: 'nothing', after: 0, reached: () => {} };
  const server = await serveBooks(world, (path) => {
    if (!path.includes(waiting.part)) return false;
    waiting.after -= 1;
    if (waiting.after >= 0) return false;
    waiting.reached();
    return true;
  });
  try {
    const out = join(directory, 'killed');
    for (const [part, after, begun] of [
      ['/close', 3, undefined],
      ['/export/statements?cursor', 1, 'statements'],
      ['/export/ledger?cursor', 0, 'ledger'],
    ] as const) {
      const isHeld = new Promise<void>((reached) => {
        waiting = { part, after, reached };
      });
      const { child, end } = pengyou(server.url, '--out', out);
      await isHeld;
      child.kill('SIGKILL');
      expect((await end).exit).toBeNull();
      if (begun !== undefined) expect(existsSync(join(out, `2026-10-${begun}.part`))).toBe(true);
    }
    waiting.part = 'nothing';
    const { exit, said } = await pengyou(server.url, '--out', out).end;
    expect(exit).toBe(0);
    expect(said).toContain('2026-10: closed 1000/1000');
    expect(said).toContain('reconciliation: no bill was compared');

    const whole = join(directory, 'whole');
    expect((await pengyou(server.url, '--out', whole, '--export-only').end).exit).toBe(0);
    const names = readdirSync(whole).sort();
    expect(readdirSync(out).sort()).toEqual(names);
    expect(names).toHaveLength(8);
    for (const name of names)
      expect(readFileSync(join(out, name)).equals(readFileSync(join(whole, name))), name).toBe(true);
  } finally {
    server.stop();
  }
});
