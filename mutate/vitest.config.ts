import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification, type Vite } from 'vitest/node';
import { marked } from './marks.ts';
import { type Mutant, withMutant } from './mutators.ts';

/** What one run of the tests is for, as `run-tests.ts` writes it. */
export interface Run {
  /** The tree: what is under test in `src/`, its tests in `test/`. */
  readonly root: string;
  /** Test files, in the order in which they are to run. */
  readonly files: readonly string[];
  /** Without one, each file of tests says which parts of `src/` it reaches. */
  readonly mutant?: Mutant;
  /** Where it says so. */
  readonly reachDirectory?: string;
  readonly workers: number;
}

const run = JSON.parse(readFileSync(process.env['MUTATE_RUN'] ?? '', 'utf8')) as Run;

const fileOf = (id: string) => relative(run.root, id).split(sep).join('/');

/** The change is made on the way from the file to the test: nothing is written to the tree. */
const changed: Vite.Plugin = {
  name: 'mutate',
  enforce: 'pre',
  transform(code, id) {
    const file = fileOf(id);
    const { mutant } = run;
    if (file.startsWith('..') || file.startsWith('node_modules') || !/\.tsx?$/.test(file)) return undefined;
    if (mutant === undefined) return { code: marked(file, code), map: null };
    return mutant.file === file ? { code: withMutant(code, mutant), map: null } : undefined;
  },
  // Vitest remembers files by their content on the disk, where these are not to be found.
  configureVitest: ({ defineCacheKeyGenerator }) =>
    defineCacheKeyGenerator(({ id }) =>
      run.mutant === undefined || run.mutant.file === fileOf(id) ? false : undefined,
    ),
};

class InTheOrderGiven extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (one: TestSpecification) => run.files.indexOf(relative(run.root, one.moduleId));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  root: run.root,
  plugins: [changed],
  test: {
    include: [...run.files],
    pool: 'forks',
    maxWorkers: run.workers,
    sequence: { sequencer: InTheOrderGiven },
    ...(run.mutant === undefined
      ? { setupFiles: [join(import.meta.dirname, 'reach-setup.ts')], testTimeout: 300_000 }
      : { bail: 1, testTimeout: 60_000 }),
    env: {
      PENGYOU_MOST_RUNS: '300',
      ...(run.reachDirectory === undefined ? {} : { MUTATE_REACH: run.reachDirectory }),
    },
  },
});
