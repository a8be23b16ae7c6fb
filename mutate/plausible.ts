import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mutant, withMutant } from './mutators.ts';

/**
 * Those of the mutants that the compiler takes: what it refuses, nobody commits. Mutants of different files are tried
 * together, in a copy of `src/`; an error in a file is the fault of its own mutant, one elsewhere is looked for by
 * halves.
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
  const left = group.filter(({ file }) => !wrong.has(file));
  if (left.length < group.length) return takenOf(root, directory, left);
  const half = Math.ceil(left.length / 2);
  if (half === left.length) return [];
  return [left.slice(0, half), left.slice(half)].flatMap((part) => takenOf(root, directory, part));
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
