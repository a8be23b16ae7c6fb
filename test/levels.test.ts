import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// What lint/levels.mjs forbids: a small tree with one breach is refused by that rule's name, and one without is not.

const root = join(import.meta.dirname, '..');

const value = (path: string) => `import { x } from '${path}';\nexport const y = x;\n`;
const type = (path: string) => `import type { X } from '${path}';\nexport type Y = X;\n`;
const target = 'export type X = 1;\nexport const x = 1;\n';

const breaches: Readonly<Record<string, readonly [files: Record<string, string>, rule: string]>> = {
  'two files that import each other': [
    { 'src/wallet/a.ts': value('./b.ts'), 'src/wallet/b.ts': value('./a.ts') },
    'circle',
  ],
  'two files of which one needs no more than a type of the other': [
    { 'cli/a.ts': value('./b.ts'), 'cli/b.ts': type('./a.ts') },
    'circle',
  ],
  'a circle of three': [
    { 'web/src/a.tsx': value('./b.tsx'), 'web/src/b.tsx': type('./c.ts'), 'web/src/c.ts': value('./a.tsx') },
    'circle',
  ],
  'two folders that need each other, though no two files do': [
    {
      'simulator/x/a.ts': value('../y/b.ts'),
      'simulator/y/b.ts': target,
      'simulator/y/c.ts': type('../x/d.ts'),
      'simulator/x/d.ts': target,
    },
    'circle of folders',
  ],
  'a folder within another that needs its own files': [
    { 'web/src/x/a.ts': type('../b.ts'), 'web/src/b.ts': target },
    'inner folder looks out',
  ],
  'a folder two within another that needs its own files': [
    { 'simulator/simulation/x/y/a.ts': value('../../b.ts'), 'simulator/simulation/b.ts': target },
    'inner folder looks out',
  ],
  'a folder that needs the ground of its neighbour': [
    { 'simulator/devices/a.ts': value('../b.ts'), 'simulator/b.ts': target },
    'inner folder looks out',
  ],
  'a ground that needs what stands on it': [
    { 'src/devices/a.ts': type('./families/b.ts'), 'src/devices/families/b.ts': target },
    'ground looks in',
  ],
  'an import from a higher room': [
    { 'src/wallet/a.ts': value('../charging/x.ts'), 'src/charging/x.ts': target },
    'src/wallet looks up',
  ],
  'a type from a higher room': [
    { 'src/journal/a.ts': type('../wallet/x.ts'), 'src/wallet/x.ts': target },
    'src/journal looks up',
  ],
  'a room on the same level': [
    { 'src/billing/a.ts': type('../devices/x.ts'), 'src/devices/x.ts': target },
    'src/billing looks up',
  ],
  'a higher room, handed on': [
    { 'src/shared/a.ts': "export { x } from '../estate/x.ts';\n", 'src/estate/x.ts': target },
    'src/shared looks up',
  ],
  'a room that has no level': [
    { 'src/attic/a.ts': value('../shared/x.ts'), 'src/shared/x.ts': target },
    'room without a level',
  ],
  'a file outside of every room': [
    { 'src/a.ts': value('./shared/x.ts'), 'src/shared/x.ts': target },
    'room without a level',
  ],
  'src that knows a function': [
    { 'src/charging/a.ts': value('../../functions/x.ts'), 'functions/x.ts': target },
    'src looks outward',
  ],
  'src that knows a type of the infrastructure': [
    { 'src/charging/a.ts': type('../../infra/x.ts'), 'infra/x.ts': target },
    'src looks outward',
  ],
  'a local cloud that knows the code it runs': [
    { 'local/a.ts': value('../src/shared/x.ts'), 'src/shared/x.ts': target },
    'local looks aside',
  ],
  'a contract that knows the code behind it': [
    { 'contract/a.ts': type('../src/shared/x.ts'), 'src/shared/x.ts': target },
    'contract looks aside',
  ],
  'a page that knows a type of the code behind the API': [
    { 'web/src/a.tsx': type('../../src/shared/x.ts'), 'src/shared/x.ts': target },
    'web looks aside',
  ],
  'a command that knows the simulator': [
    { 'cli/a.ts': value('../simulator/x.ts'), 'simulator/x.ts': target },
    'cli looks aside',
  ],
  'a command that knows a page': [
    { 'cli/a.ts': type('../web/src/x.ts'), 'web/src/x.ts': target },
    'cli looks aside',
  ],
  'a function that knows a family of devices': [
    {
      'functions/a.ts': value('../src/devices/families/juy/codec.ts'),
      'src/devices/families/juy/codec.ts': target,
    },
    'family by its name',
  ],
  'infrastructure that knows a type of a family of devices': [
    {
      'infra/a.ts': type('../src/devices/families/juy/family.ts'),
      'src/devices/families/juy/family.ts': target,
    },
    'family by its name',
  ],
  'a family of devices that knows another': [
    {
      'src/devices/families/juy/a.ts': value('../uhppoted/x.ts'),
      'src/devices/families/uhppoted/x.ts': target,
    },
    'family that knows another',
  ],
  'a page that knows the simulator': [
    { 'web/src/a.tsx': type('../../simulator/x.ts'), 'simulator/x.ts': target },
    'web looks aside',
  ],
};

const allowed: Readonly<Record<string, string>> = {
  'contract/x.ts': target,
  'web/src/a.tsx': value('../../contract/x.ts'),
  'src/shared/y.ts': value('../../contract/x.ts'),
  'src/wallet/a.ts': value('../billing/x.ts'),
  'src/billing/x.ts': target,
  'src/charging/a.ts': type('../wallet/a.ts'),
  'src/devices/families/all.ts': value('./juy/family.ts'),
  'src/devices/families/juy/family.ts': value('../../codec-parts.ts'),
  'src/devices/codec-parts.ts': target,
  'infra/a.ts': value('../src/devices/families/all.ts'),
  'simulator/a.ts': value('../src/devices/families/juy/family.ts'),
  'src/provisioning/a.ts': value('../shared/x.ts'),
  'src/shared/x.ts': target,
  'functions/a.ts': value('../src/charging/a.ts'),
  'cli/a.ts': value('../functions/a.ts'),
  'local/http/pages.ts': value('../web/page-headers.ts'),
  'web/page-headers.ts': target,
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pengyou-levels-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('refuses', () => {
  test.each(Object.entries(breaches))('%s', (_, [files, rule]) => {
    const { errors, violations } = cruise(files);
    expect(violations).toContain(rule);
    expect(errors).toBeGreaterThan(0);
  });
});

test('a tree that looks down only is as it should be', () => {
  expect(cruise(allowed)).toEqual({ errors: 0, violations: [] });
});

function cruise(files: Readonly<Record<string, string>>) {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), content);
  }
  const program = join(root, 'node_modules', '.bin', 'depcruise');
  const parts = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''))];
  const options = ['--config', join(root, 'lint', 'levels.mjs'), '--output-type', 'json'];
  const { stdout } = spawnSync(process.execPath, [program, ...options, ...parts], {
    cwd: directory,
    encoding: 'utf8',
  });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string } }[]; error: number };
  };
  return { errors: summary.error, violations: [...new Set(summary.violations.map(({ rule }) => rule.name))] };
}
