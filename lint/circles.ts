import { dirname, join } from 'node:path';
import { type Node, sourcesIn } from './sources.ts';

// `node lint/circles.ts [checkout]`: below every folder, its inner folders, each with all that is in it, and its own
// files, taken as one, need each other in no circle. A tool that takes a folder by its own files alone does not see one
// that goes through two rooms of a folder.

const root = process.argv[2] ?? '.';

interface Import {
  readonly from: string;
  readonly to: string;
}

const imports = sourcesIn(root, ['.']).flatMap(({ file, nodes }) =>
  nodes.flatMap((node): Import[] => {
    const to = importedBy(node);
    return to?.startsWith('.') ? [{ from: file, to: join(dirname(file), to) }] : [];
  }),
);

const folders = new Set(imports.flatMap(({ from, to }) => [...foldersOf(from), ...foldersOf(to)]));
const found = [...folders].sort().flatMap((folder) => {
  const circle = circleOf(needsBelow(folder));
  return circle === undefined ? [] : [`${folder}: ${circle.join(' → ')}`];
});
for (const line of found) console.log(line);
process.exit(found.length === 0 ? 0 : 1);

/** The text of an import, of whatever form; a type counts as what it is imported for counts. */
function importedBy({ type, source, argument, callee, arguments: given }: Node): string | undefined {
  if (/^(?:Import|ExportNamed|ExportAll)Declaration$/.test(type)) return textOf(source);
  if (type === 'TsImportType') return textOf(argument);
  if (type !== 'CallExpression' || (callee as Node).type !== 'Import') return undefined;
  return textOf((given as { expression: unknown }[])[0]?.expression);
}

function textOf(literal: unknown): string | undefined {
  const { value } = (literal ?? {}) as { value?: unknown };
  return typeof value === 'string' ? value : undefined;
}

/** `a/b/c.ts` is in `.`, `a` and `a/b`. */
function foldersOf(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? ['.'] : [...foldersOf(folder), folder];
}

/** Which part of a folder needs which others; its own files are one part, of the folder's name. */
function needsBelow(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const needs = new Map<string, Set<string>>();
  const partOf = (file: string) => {
    const path = folder === '.' ? file : file.slice(folder.length + 1);
    const [part, ...rest] = path.split('/');
    return rest.length === 0 ? folder : join(folder, part ?? '');
  };
  for (const { from, to } of imports) {
    if (![from, to].every((file) => foldersOf(file).includes(folder))) continue;
    const [part, other] = [partOf(from), partOf(to)];
    if (part !== other) needs.set(part, (needs.get(part) ?? new Set()).add(other));
  }
  return needs;
}

/** The first circle, with where it began at its end. */
function circleOf(needs: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const walk = (part: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(part)) return [...way.slice(way.indexOf(part)), part];
    if (done.has(part)) return undefined;
    for (const next of needs.get(part) ?? []) {
      const circle = walk(next, [...way, part]);
      if (circle !== undefined) return circle;
    }
    done.add(part);
    return undefined;
  };
  for (const part of needs.keys()) {
    const circle = walk(part, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
