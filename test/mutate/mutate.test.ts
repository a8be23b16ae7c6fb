import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allMutants, areaNames, shuffled } from '../../mutate/draw.ts';
import { type Mutant, mutantsOf } from '../../mutate/mutators.ts';
import { typeChecker } from '../../mutate/plausible.ts';
import { type Reach, reachOf } from '../../mutate/reach.ts';
import { reachesGoal, report } from '../../mutate/report.ts';
import { type Trial, tryMutant } from '../../mutate/trial.ts';

// A tree of its own, with one function that is tested well, one of which nothing is known, and one that counts down.

const project = join(import.meta.dirname, '..', '..');
const limits = { budgetMs: 60_000, silenceMs: 120_000 };

const tree = {
  'src/wallet/fare.ts': `export function fare(ageYears: number): number {
  if (ageYears < 6) return 0;
  return ageYears >= 65 ? 100 : 200;
}

export function unknown(ageYears: number): number {
  return ageYears + 1;
}

export function down(from: number): number {
  let left = from;
  while (left > 0) left -= 1;
  return left;
}
`,
  'src/wallet/terms.ts': 'export const terms = { childUntilYears: 6 };\n',
  'src/wallet/child.ts': `import { terms } from './terms.ts';
export const isChild = (ageYears: number) => ageYears < terms.childUntilYears;
`,
  'test/wallet/fare.test.ts': `import { expect, test } from 'vitest';
import { down, fare } from '../../src/wallet/fare.ts';
test('a child of six pays', () => {
  expect([fare(5), fare(6), fare(66)]).toEqual([0, 200, 100]);
  expect(down(3)).toBe(0);
});
`,
  'test/other.test.ts': `import { expect, test } from 'vitest';
test('knows nothing of fares', () => expect(1).toBe(1));
`,
  'test/broken.test.ts': `import { expect, test } from 'vitest';
test('fails without any change', () => expect(1).toBe(2));
`,
};

let root: string;
let reaches: readonly Reach[];
const told: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mutate-test-'));
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  for (const name of ['package.json', 'tsconfig.json'])
    writeFileSync(join(root, name), readFileSync(join(project, name)));
  for (const [file, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }
  const tests = Object.keys(tree).filter((file) => file.startsWith('test/'));
  reaches = await reachOf(root, tests, (line) => told.push(line));
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function mutant(before: string, after: string): Mutant {
  const found = allMutants(root).find((one) => one.before === before && one.after === after);
  if (found === undefined) throw new RangeError(`No mutant makes ${before} to ${after}`);
  return found;
}

const fateOf = async (before: string, after: string, own = limits) =>
  (await tryMutant(root, mutant(before, after), reaches, own)).fate;

describe('the changes', () => {
  const made = (source: string) =>
    mutantsOf('src/a.ts', source).map(({ before, after }) => `${before} → ${after}`);

  test('are those that somebody makes by mistake', () => {
    expect(made('const a = b && c < 5;')).toEqual([
      'b && c < 5 → (b) || (c < 5)',
      'b && c < 5 → b',
      'b && c < 5 → c < 5',
      'c < 5 → c <= 5',
      '5 → (5 + 1)',
    ]);
    expect(made('const a = b.filter(c).toSorted();')).toEqual([
      'b.filter(c).toSorted() → b.filter(c)',
      'b.filter(c) → b',
    ]);
    expect(made('await tell(x);')).toEqual(['await tell(x); → ;']);
    expect(made('const a = { ...b, c };')).toEqual(['...b → ...{}', 'c → ...{}']);
  });

  test('leave alone what is only said, what names a type, and what is imported', () => {
    expect(made("import { a } from 'b'; type C = 'd' | 5; const e = x as 'f';")).toEqual([]);
    expect(made("const a = new RangeError('no'); const b = z.describe('c');")).toEqual([]);
    expect(made('log(`so many: ${a}`);')).toEqual([]);
  });

  test('of a method that bears the name of one of every object are none', () => {
    expect(made('const a = b.toString(c);')).toEqual([]);
  });

  test('stand at their line', () => {
    expect(mutantsOf('src/a.ts', '\n\nconst a = 5;')).toMatchObject([{ line: 3, before: '5' }]);
  });

  test('are only those that the compiler takes', () => {
    const { accepts, close } = typeChecker(root);
    expect(accepts(mutant('ageYears + 1', 'undefined'))).toBe(false);
    expect(accepts(mutant('ageYears < 6', 'ageYears <= 6'))).toBe(true);
    // Wrong in the file that imports it alone.
    expect(accepts(mutant('childUntilYears: 6', '...{}'))).toBe(false);
    expect(accepts(mutant('ageYears < terms.childUntilYears', 'ageYears <= terms.childUntilYears'))).toBe(
      true,
    );
    close();
  }, 300_000);
});

describe('the sample', () => {
  test('is decided by the seed alone', () => {
    const all = Array.from({ length: 1000 }, (_, index) => index);
    expect(shuffled(all, 7)).toEqual(shuffled(all, 7));
    expect(shuffled(all, 7)).not.toEqual(shuffled(all, 8));
    expect(shuffled(all, 7).toSorted((a, b) => a - b)).toEqual(all);
  });

  test('is of one area, or of the files that begin alike', () => {
    const files = (only: string) => new Set(allMutants(project, only).map(({ file }) => file));
    expect([...files('alerts')]).toEqual(
      expect.arrayContaining(['src/alerts/alert.ts', 'src/corridor/case.ts']),
    );
    expect([...files('src/intake/sweep')]).toEqual(['src/intake/sweep.ts']);
    for (const area of areaNames) expect(allMutants(project, area), area).not.toEqual([]);
  });
});

describe('a change', () => {
  test('that a test sees is killed', async () => {
    expect(await fateOf('ageYears < 6', 'ageYears <= 6')).toBe('killed');
  }, 300_000);

  test('that no test sees survives, and the tree is as it was', async () => {
    expect(await fateOf('ageYears >= 65', 'ageYears > 65')).toBe('survived');
    expect(readFileSync(join(root, 'src/wallet/fare.ts'), 'utf8')).toBe(tree['src/wallet/fare.ts']);
  }, 300_000);

  test('that no test comes to is said to be unreached', async () => {
    expect(await fateOf('ageYears + 1', 'ageYears - 1')).toBe('unreached');
  });

  test('that makes a test hang is ended by the limit', async () => {
    expect(await fateOf('left -= 1;', ';', { ...limits, silenceMs: 5000 })).toBe('timeout');
  }, 300_000);

  test('is tried by the tests that reach it, and by none that fails without it', () => {
    const reaching = reaches.filter(({ parts }) => 'src/wallet/fare.ts' in parts).map((one) => one.test);
    expect(reaching).toEqual(['test/wallet/fare.test.ts']);
    expect(told.at(-1)).toBe('left out, because they fail without any change: test/broken.test.ts');
  });
});

describe('the report', () => {
  const trials = (fate: Trial['fate'], count: number): Trial[] =>
    Array.from({ length: count }, () => ({
      mutant: mutant('ageYears < 6', 'ageYears <= 6'),
      fate,
      tests: 1,
      leftOut: 0,
    }));

  test('gives the rate by area, and each survivor with its place', () => {
    const lines = report([...trials('killed', 8), ...trials('timeout', 1), ...trials('survived', 1)]).split(
      '\n',
    );
    expect(lines[1]?.split(/\s{2,}/)).toEqual(['wallet', '10', '9', '1', '0', '90.0 %']);
    expect(lines.at(-1)).toBe('src/wallet/fare.ts:2  ageYears < 6  →  ageYears <= 6   (1 files of tests)');
  });

  test('is content with nine of ten', () => {
    expect(reachesGoal([...trials('killed', 9), ...trials('survived', 1)])).toBe(true);
    expect(reachesGoal([...trials('killed', 8), ...trials('survived', 1)])).toBe(false);
  });
});
