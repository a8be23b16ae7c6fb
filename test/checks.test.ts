import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// What lint/answers.ts, lint/circles.ts and lint/words.ts refuse: one breach in a small checkout is named with its file.

const root = join(import.meta.dirname, '..');
let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'pengyou-checks-'));
  spawnSync('git', ['init', '--quiet'], { cwd: checkout });
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, content: string) {
  mkdirSync(dirname(join(checkout, file)), { recursive: true });
  writeFileSync(join(checkout, file), content);
}

function check(program: string, file: string, content: string) {
  write(file, content);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, program), checkout], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return { status, said: stdout };
}

describe('a second description of an answer', () => {
  test.each([
    [
      'as an interface of a page',
      'web/src/a.tsx',
      'interface Alert { readonly alertId: string; kind: string; severity: string; createdAtMs: number; place: string;' +
        ' text: string; state: string }',
    ],
    [
      'as a type within another',
      'cli/a.ts',
      'type All = { list: { sessionId: string; deviceId: string; port: number; state: string; householdId: string;' +
        ' facilityId: string; startedAtMs: number; totalFen: number }[] };',
    ],
    [
      'as a schema',
      'simulator/a.ts',
      'const s = z.looseObject({ estateId: z.string(), name: z.string(), timeZone: z.string(), "nowMs": z.int() });' +
        ' const t = z.object({ estate: s, nowMs: z.int(), facilities: z.array(s), sensors: z.array(s) });',
    ],
  ])('%s is refused', (_, file, content) => {
    const { status, said } = check('lint/answers.ts', file, content);
    expect(said).toMatch(new RegExp(`^${file}: .* again`, 'm'));
    expect(status).toBe(1);
  });

  test.each([
    [
      'in the contract, where it belongs',
      'contract/a.ts',
      'z.object({ alertId: 1, kind: 1, severity: 1, state: 1 })',
    ],
    [
      'of a few members that it happens to share',
      'web/src/a.ts',
      'interface A { kind: 1; state: 1; atMs: 1 }',
    ],
    ['of something else', 'cli/a.ts', 'interface A { alertId: 1; kind: 1; severity: 1; colour: 1; text: 1 }'],
  ])('%s is none', (_, file, content) => {
    expect(check('lint/answers.ts', file, content)).toEqual({ status: 0, said: '' });
  });
});

describe('a circle of folders', () => {
  const need = (...files: string[]) => files.map((file) => `import '${file}';\n`).join('');

  test.each([
    [
      'through two rooms of one of them',
      { 'p/c/a.ts': need('../../q/b.ts'), 'q/b.ts': need('../p/e/d.ts') },
      '.: p → q → p',
    ],
    [
      'out of its own files, and back through a room of it',
      { 'p/a.ts': need('../q/b.ts'), 'q/b.ts': "export type { X } from '../p/e/f.ts';" },
      '.: p → q → p',
    ],
    [
      'through the ground between them',
      { 's/x/a.ts': need('../g.ts'), 's/g.ts': need('./y/b.ts'), 's/y/b.ts': need('../x/c.ts') },
      's: s → s/y → s/x → s',
    ],
    [
      'four folders deep',
      { 'w/a/b/c/d/e.ts': need('../../../../o.ts'), 'w/q.ts': need('./a/b/f.ts') },
      'w: w/a → w → w/a',
    ],
    [
      'by the type of an import within a type',
      {
        'p/a.ts': "export type A = import('../q/b.ts').B;",
        'q/b.ts': "const a = await import('../p/a.ts');",
      },
      '.: p → q → p',
    ],
  ])('%s is refused', (_, files, circle) => {
    for (const [file, content] of Object.entries(files)) write(file, content);
    expect(check('lint/circles.ts', 'z.ts', '')).toEqual({ status: 1, said: `${circle}\n` });
  });

  test('is none where each needs the next, and a folder only what is within it', () => {
    for (const [file, content] of Object.entries({
      'p/a.ts': need('./c/d.ts', '../q/b.ts', 'zod'),
      'p/c/d.ts': need('../e/f.ts'),
      'q/b.ts': need('../r/s/t.ts'),
    }))
      write(file, content);
    expect(check('lint/circles.ts', 'p/e/f.ts', '')).toEqual({ status: 0, said: '' });
  });
});

describe('a noun that has gone', () => {
  test.each([
    ['in an identifier', 'src/a.ts', 'export const lastCharges = 1;', 'lastCharges'],
    ['in a type', 'web/src/a.ts', 'export interface ChargeRow { a: 1 }', 'ChargeRow'],
    ['in a kind', 'functions/a.ts', "export const kind = 'passage-refused';", 'passage-refused'],
    ['in a constant', 'local/a.ts', 'const WHEREABOUTS_MS = 1;', 'WHEREABOUTS_MS'],
    ['in a private member', 'simulator/a.ts', 'class A { #whereabouts = 1 }', 'whereabouts'],
    ['of two words', 'src/b.ts', 'function takeSwipe() {}', 'takeSwipe'],
    ['in the name of a file', 'cli/charge-list.ts', '', 'cli/charge-list'],
  ])('%s is refused', (_, file, content, name) => {
    const { status, said } = check('lint/words.ts', file, content);
    expect(said).toContain(`${file}: ${name} says "`);
    expect(status).toBe(1);
  });

  test.each([
    ['in what people read', 'src/a.ts', "const a = 'Nobody could charge here'; // to charge a bike"],
    ['within another word', 'src/a.ts', 'const chargedFen = 1; const charger = recharge(chargeable);'],
  ])('%s is another', (_, file, content) => {
    expect(check('lint/words.ts', file, content)).toEqual({ status: 0, said: '' });
  });
});
