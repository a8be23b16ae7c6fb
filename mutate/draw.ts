import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Mutant, mutantsOf } from './mutators.ts';

/** What is counted together, by how the paths begin. The first that fits is the one. */
const areas: readonly (readonly [name: string, begins: readonly string[]])[] = [
  ['billing', ['src/billing/', 'src/tariffs/']],
  ['devices', ['src/devices/']],
  ['access', ['src/access/']],
  ['wallet', ['src/wallet/', 'src/ledger/']],
  ['payments', ['src/payments/']],
  ['charging', ['src/charging/']],
  ['alerts', ['src/alerts/', 'src/corridor/', 'src/fire/']],
  ['journal', ['src/journal/', 'src/shared/']],
  ['views', ['src/views/']],
  ['books', ['src/books/']],
  ['receipts', ['src/receipts/']],
  ['estate', ['src/estate/', 'src/settings/', 'src/provisioning/']],
  ['intake', ['src/']],
];

export const areaNames = areas.map(([name]) => name);

export function areaOf(file: string): string {
  return areas.find(([, begins]) => begins.some((begin) => file.startsWith(begin)))?.[0] ?? 'intake';
}

/** Texts, and where they stand on a paper: a change of them is seen by whoever reads them, not by a test. */
const notBehaviour = /\/(words|paper|render-pdf)\.ts$/;

/** Every mutant of the files of an area, or of those whose path begins like this. */
export function allMutants(root: string, only?: string): readonly Mutant[] {
  const files = globSync('src/**/*.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !notBehaviour.test(file))
    .filter((file) => only === undefined || areaOf(file) === only || file.startsWith(only));
  return files.toSorted().flatMap((file) => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** All of them in an order that only the seed decides. */
export function shuffled<T>(all: readonly T[], seed: number): readonly T[] {
  const random = xoroshiro128plus(seed);
  const order = [...all];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
