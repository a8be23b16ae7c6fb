import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runTests } from './run-tests.ts';

/** What one file of tests reaches, and how long it takes. */
export interface Reach {
  readonly test: string;
  readonly ms: number;
  /** Every file of the tree that it loads; of those of `src/`, the numbers of its parts, see `marks.ts`. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/** The longest silence of a test that is all right, on a machine with much else to do. */
const silenceMs = 600_000;

/** What was found out, with what it was found out of. */
interface Remembered extends Reach {
  /** Every file of the tree that was loaded, and the digest of its content then. */
  readonly madeOf: Readonly<Record<string, string>>;
}

/**
 * What each file of tests reaches. It is found by running them once, and remembered for as long as nothing changes of
 * what they load, so that after a change few are run again.
 */
export async function reachOf(
  root: string,
  tests: readonly string[],
  tell: (line: string) => void,
): Promise<readonly Reach[]> {
  const memory = memoryOf(root);
  const unknown = tests.filter((test) => memory.recall(test) === undefined);
  if (unknown.length > 0) {
    tell(`finding out what ${unknown.length} files of tests reach…`);
    for (const reach of await findOut(root, unknown)) memory.keep(reach);
  }
  const found = tests.flatMap((test) => memory.recall(test) ?? []);
  const failed = tests.filter((test) => found.every((one) => one.test !== test));
  if (failed.length > 0) tell(`left out, because they fail without any change: ${failed.join(', ')}`);
  return found;
}

function memoryOf(root: string) {
  const directory = join(root, '.local', 'mutate');
  mkdirSync(directory, { recursive: true });
  const own = digest(
    ['marks.ts', 'walk.ts', 'vitest.config.ts', 'reach-setup.ts'].map((name) =>
      readFileSync(join(import.meta.dirname, name), 'utf8'),
    ),
  );
  const place = (test: string) => join(directory, `${digest([own, test])}.json`);
  const now = (file: string) =>
    existsSync(join(root, file)) ? digest([readFileSync(join(root, file), 'utf8')]) : 'gone';
  return {
    recall(test: string): Reach | undefined {
      if (!existsSync(place(test))) return undefined;
      const known = JSON.parse(readFileSync(place(test), 'utf8')) as Remembered;
      return Object.entries(known.madeOf).every(([file, then]) => now(file) === then) ? known : undefined;
    },
    keep(reach: Reach): void {
      const madeOf = Object.fromEntries(Object.keys(reach.parts).map((file) => [file, now(file)]));
      writeFileSync(place(reach.test), JSON.stringify({ ...reach, madeOf } satisfies Remembered));
    },
  };
}

const digest = (parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);

async function findOut(root: string, tests: readonly string[]): Promise<readonly Reach[]> {
  const directory = mkdtempSync(join(tmpdir(), 'mutate-reach-'));
  try {
    const { files, end, output } = await runTests(
      { root, files: tests, reachDirectory: directory, workers: 2 },
      silenceMs,
    );
    if (files.length === 0) throw new Error(`The tests did not run (${end}):\n${output.slice(-4000)}`);
    const said = readdirSync(directory).map(
      (name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Omit<Reach, 'ms'>,
    );
    return said.flatMap(({ test: path, parts }) => {
      const test = relative(root, path);
      const result = files.find(({ file }) => file === test);
      return result?.passed ? [{ test, ms: result.ms, parts }] : [];
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
