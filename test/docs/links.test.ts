import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

describe('a file that a document names is there', () => {
  test.each(standing)('%s', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const named = [
      ...text.matchAll(/`((?:src|functions|infra|local|simulator|cli|web|test|contract)\/[^`\s]*)`/g),
    ]
      .map(([, path = '']) => path)
      .filter((path) => !/[<*{…]/.test(path));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
