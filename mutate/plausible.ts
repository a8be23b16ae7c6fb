import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { API } from 'typescript/unstable/sync';
import { type Mutant, withMutant } from './mutators.ts';

/**
 * Says of one mutant after the other whether the compiler takes it: what it refuses, nobody commits. One compiler is
 * kept, which sees the changed file in the place of the one on the disk, and checks it and the files that import it.
 */
export function typeChecker(root: string): {
  readonly accepts: (mutant: Mutant) => boolean;
  readonly close: () => void;
} {
  const configuration = join(root, 'src-alone.json');
  const seen = new Map([[configuration, JSON.stringify({ extends: './tsconfig.json', include: ['src'] })]]);
  const api = new API({
    cwd: root,
    fs: { readFile: (path) => seen.get(path), fileExists: (path) => (seen.has(path) ? true : undefined) },
  });
  let snapshot = api.updateSnapshot({ openProjects: [configuration] });
  const errors = (file?: string) =>
    snapshot.getProject(configuration)?.program.getSemanticDiagnostics(file).length ?? Number.NaN;
  const change = (file: string) => {
    const next = api.updateSnapshot({ fileChanges: { changed: [file] } });
    snapshot.dispose();
    snapshot = next;
  };
  const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => {
    const path = join(root, file);
    return { path, source: readFileSync(path, 'utf8') };
  });
  const importersOf = (file: string) =>
    sources.filter(({ source }) => source.includes(`/${basename(file)}'`)).map(({ path }) => path);
  if (errors() !== 0) throw new Error('src/ has errors of type already: npm run check');
  return {
    accepts(mutant) {
      const file = join(root, mutant.file);
      seen.set(file, withMutant(readFileSync(file, 'utf8'), mutant));
      change(file);
      const accepted = [file, ...importersOf(mutant.file)].every((one) => errors(one) === 0);
      seen.delete(file);
      change(file);
      return accepted;
    },
    close: () => api.close(),
  };
}
