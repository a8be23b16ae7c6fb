import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const documents = globSync(['*.md', '{docs,lint,mutate,bench,simulator}/**/*.md'], { cwd: root });

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string) =>
  new Set(
    [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)),
  );

describe('what a document points at is there', () => {
  test.each(documents)('%s', (document) => {
    const file = join(root, document);
    const broken = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, path = '', anchor]) => {
        const target = path === '' ? file : join(dirname(file), path);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsOf(target).has(anchor);
      })
      .map(([link]) => link);
    expect(broken).toEqual([]);
  });
});

/** Paths in the text, as `src/wallet/office.ts`; a decision tells of its day, and a change of what was. */
const standing = documents.filter((document) => !/^docs\/decisions|CHANGELOG/.test(document));

const folders = 'src|functions|infra|local|simulator|cli|web|test|contract';
const bases = new Set(
  globSync(`{${folders.replaceAll('|', ',')},lint,bench,mutate,docs}/**/*.{ts,tsx,mjs}`, { cwd: root }).map(
    (file) => basename(file),
  ),
);

/** The paths of a line; a name alone stands beside the file before it, or, in a line without a folder, anywhere. */
function namedIn(line: string): string[] {
  let folder: string | undefined;
  return [...line.matchAll(/`([^`\s]+)`/g)].flatMap(([, name = '']) => {
    if (/[<*{…]/.test(name)) return [];
    if (new RegExp(`^(?:${folders})/`).test(name)) {
      folder = name.endsWith('/') ? name : dirname(name);
      return [name];
    }
    if (!/^[a-z0-9-]+\.(?:tsx?|mjs)$/.test(name)) return [];
    return folder === undefined ? (bases.has(name) ? [] : [name]) : [join(folder, name)];
  });
}

describe('a file that a document names is there', () => {
  test.each(standing)('%s', (document) => {
    const lines = readFileSync(join(root, document), 'utf8').split('\n');
    expect(lines.flatMap(namedIn).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
