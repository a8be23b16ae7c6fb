import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  bundleBudgetKiB,
  bundleFunctions,
  functionNames,
  isUpToDate,
  projectBundle,
  writeStamp,
} from '../../infra/bundle.ts';
import { createApp } from '../../infra/pengyou-app.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pengyou-bundle-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('every function stays below its budget of 400 KiB, or its own', async () => {
  const output = join(directory, 'functions');
  await bundleFunctions({ sources: projectBundle.sources, output });
  const tooLarge = functionNames(projectBundle.sources)
    .map((name) => ({ name, kiB: Math.ceil(statSync(join(output, name, 'index.mjs')).size / 1024) }))
    .filter(({ name, kiB }) => kiB > bundleBudgetKiB(name));
  expect(tooLarge).toEqual([]);
});

test('what a function reads when it runs lies beside its bundle, with its licence', async () => {
  const sources = join(directory, 'sources');
  const output = join(directory, 'functions');
  mkdirSync(sources);
  writeFileSync(join(sources, 'api-receipt-pdf.ts'), 'export const handler = async () => 1;');
  await bundleFunctions({ sources, output });
  const fonts = join(output, 'api-receipt-pdf', 'fonts');
  for (const file of ['LICENSE', 'unicode.json', 'files/noto-sans-sc-latin-wght-normal.woff2'])
    expect(existsSync(join(fonts, file)), file).toBe(true);
});

test('a function that is deployed but not written is named', () => {
  expect(() => createApp({ bundles: directory, outdir: join(directory, 'cdk.out') })).toThrow(
    /functions\/[\w-]+\.ts does not exist/,
  );
});

test('a bundle is left out of the output once its source is gone', async () => {
  const sources = join(directory, 'sources');
  const output = join(directory, 'functions');
  mkdirSync(sources);
  writeFileSync(join(sources, 'one.ts'), 'export const handler = async () => 1;');
  writeFileSync(join(sources, 'two.ts'), 'export const handler = async () => 2;');
  await bundleFunctions({ sources, output });
  rmSync(join(sources, 'two.ts'));
  await bundleFunctions({ sources, output });
  expect(existsSync(join(output, 'one', 'index.mjs'))).toBe(true);
  expect(existsSync(join(output, 'two'))).toBe(false);
});

test('nothing is built again while inputs and output stay the same', () => {
  const stamp = join(directory, 'cdk.out', 'inputs.sha256');
  const output = join(directory, 'manifest.json');
  expect(isUpToDate(stamp, 'hash', [output])).toBe(false);
  writeStamp(stamp, 'hash');
  expect(isUpToDate(stamp, 'hash', [output])).toBe(false);
  writeFileSync(output, '{}');
  expect(isUpToDate(stamp, 'hash', [output])).toBe(true);
  expect(isUpToDate(stamp, 'other', [output])).toBe(false);
});
