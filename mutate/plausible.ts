import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Mutant, withMutant } from './mutators.ts';

/**
 * Those of the mutants that the compiler takes: what it refuses, nobody commits. Mutants of different files are tried
 * together, in a copy of `src/`; where there are errors, those that may be the fault are tried again apart: first of all
 * the mutants of the files that have them, then those of what these import.
 */
export function plausible(root: string, mutants: readonly Mutant[]): ReadonlySet<Mutant> {
  const directory = mkdtempSync(join(tmpdir(), 'mutate-types-'));
  try {
    cpSync(join(root, 'src'), join(directory, 'src'), { recursive: true });
    cpSync(join(root, 'package.json'), join(directory, 'package.json'));
    cpSync(join(root, 'tsconfig.json'), join(directory, 'tsconfig.json'));
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    const configuration = { extends: './tsconfig.json', include: ['src'] };
    writeFileSync(join(directory, 'src.json'), JSON.stringify(configuration));
    if (wrongFiles(directory).size > 0) throw new Error('src/ has errors of type already: npm run check');
    return new Set(onePerFile(mutants).flatMap((group) => takenOf(root, directory, group)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function onePerFile(mutants: readonly Mutant[]): readonly (readonly Mutant[])[] {
  const groups: Mutant[][] = [];
  for (const mutant of mutants) {
    const group = groups.find((one) => one.every(({ file }) => file !== mutant.file));
    if (group === undefined) groups.push([mutant]);
    else group.push(mutant);
  }
  return groups;
}

function takenOf(root: string, directory: string, group: readonly Mutant[]): readonly Mutant[] {
  if (group.length === 0) return [];
  const source = (file: string) => readFileSync(join(root, file), 'utf8');
  for (const mutant of group)
    writeFileSync(join(directory, mutant.file), withMutant(source(mutant.file), mutant));
  const wrong = wrongFiles(directory);
  for (const { file } of group) writeFileSync(join(directory, file), source(file));
  if (wrong.size === 0) return group;
  const accused = group.filter(({ file }) => wrong.has(file));
  if (accused.length === group.length || group.length === 1) return [];
  const isImported = (file: string) => [...wrong].some((one) => source(one).includes(`/${basename(file)}'`));
  const parts =
    accused.length > 0 ? [accused, group.filter((one) => !accused.includes(one))] : parted(group, isImported);
  return parts.flatMap((part) => takenOf(root, directory, part));
}

/** Those that a file with errors imports apart from the others, or else in halves: each part is smaller. */
function parted(
  group: readonly Mutant[],
  isImported: (file: string) => boolean,
): readonly (readonly Mutant[])[] {
  const suspects = group.filter(({ file }) => isImported(file));
  const others = group.filter(({ file }) => !isImported(file));
  if (suspects.length > 0 && others.length > 0) return [suspects, others];
  const half = Math.ceil(group.length / 2);
  return [group.slice(0, half), group.slice(half)];
}

function wrongFiles(directory: string): ReadonlySet<string> {
  const compiler = join(directory, 'node_modules', '.bin', 'tsc');
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      compiler,
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      'types.json',
      '--pretty',
      'false',
      '-p',
      'src.json',
    ],
    { cwd: directory, encoding: 'utf8' },
  );
  const wrong = new Set([...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file = '']) => file));
  if (status !== 0 && wrong.size === 0) throw new Error(`The compiler ended with ${status}: ${stdout}`);
  return wrong;
}
