import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What the linter is told in lint/*.grit: here it is shown that it finds each breach and nothing that is allowed.

const root = join(import.meta.dirname, '..');

const breaches: Readonly<Record<string, readonly [content: string, message: RegExp]>> = {
  'src/alerts/a.ts': ["import { X } from '@aws-sdk/client-dynamodb';\nnew X();", /The AWS SDK belongs/],
  'web/src/a.ts': ["import { x } from '../../contract/shapes/x.ts';\nx();", /import type/],
  'src/alerts/b.ts': ['export const now = Date.now();', /passed in/],
  'src/alerts/c.ts': ['export const now = new Date();', /passed in/],
  'src/alerts/d.ts': ['export const id = Math.random();', /passed in/],
  'src/alerts/e.ts': ['export const name = process.env.NAME;', /noProcessEnv/],
  'src/wallet/c.ts': [
    'export const held = (holds: Record<string, number>, sessionId: string) => holds[sessionId];',
    /read by ownOf/,
  ],
  'web/src/c.ts': [
    'export const name = (names: Record<string, string>, of: { facilityId: string }) => names[of.facilityId];',
    /read by ownOf/,
  ],
  'src/alerts/f.ts': [`${'export const a = 1;\n'.repeat(301)}`, /noExcessiveLinesPerFile/],
  'src/alerts/g.ts': [
    `export function f(): void {\n${'  f();\n'.repeat(75)}}`,
    /noExcessiveLinesPerFunction/,
  ],
};

const allowed: Readonly<Record<string, string>> = {
  'functions/a.ts': "export const now = () => [process.env['NAME'], Date.now()];",
  'src/alerts/alert-store.ts': "import { X } from '@aws-sdk/client-dynamodb';\nnew X();",
  'src/devices/mqtt-publisher.ts': "import { X } from '@aws-sdk/client-iot-data-plane';\nnew X();",
  'src/shared/table-dynamodb.ts': "import { X } from '@aws-sdk/client-dynamodb';\nnew X();",
  'src/shared/clock.ts': "export const now = () => Number(process.env['T'] ?? Date.now());",
  'src/alerts/h.ts': 'export const shown = (atMs: number) => new Date(atMs).toISOString();',
  'src/wallet/e.ts':
    'export const one = (holds: object, sessionId: string) => ({ ...holds, [sessionId]: 1 });',
  'web/src/d.ts': "import { x } from '../../contract/words/words.ts';\nx();",
  'web/src/b.ts':
    "import { x } from '../../contract/client.ts';\nimport type { X } from '../../contract/shapes/x.ts';\nexport type Y = X;\nx();",
};

let directory: string;
let output: readonly Diagnostic[];

interface Diagnostic {
  readonly category: string;
  readonly message: string;
  readonly path: string;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pengyou-lint-'));
  cpSync(join(root, 'lint'), join(directory, 'lint'), { recursive: true });
  const configuration = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>;
  const { vcs: _, $schema: __, ...rest } = configuration;
  writeFileSync(join(directory, 'biome.json'), JSON.stringify(rest));
  for (const [file, [content]] of Object.entries(breaches)) write(file, content);
  for (const [file, content] of Object.entries(allowed)) write(file, content);
  output = lint();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the linter refuses', () => {
  test.each(Object.entries(breaches))('%s', (file, [, message]) => {
    expect(found(file)).toContainEqual(expect.stringMatching(message));
  });
});

describe('the linter allows', () => {
  test.each(Object.keys(allowed))('%s', (file) => {
    expect(found(file)).toEqual([]);
  });
});

function write(file: string, content: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), `${content}\n`);
}

function found(file: string): string[] {
  return output.filter(({ path }) => path === file).map(({ category, message }) => `${category}: ${message}`);
}

function lint(): Diagnostic[] {
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const options = ['lint', '--reporter=json', '--max-diagnostics=none'];
  let text: string;
  try {
    text = execFileSync(process.execPath, [biome, ...options], {
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    text = (error as { stdout: string }).stdout;
  }
  return parse(text);
}

function parse(text: string): Diagnostic[] {
  const report = JSON.parse(text) as {
    diagnostics: { category: string; message: string; location: { path: string } }[];
  };
  return report.diagnostics.map(({ category, message, location }) => ({
    category,
    message,
    path: location.path,
  }));
}
