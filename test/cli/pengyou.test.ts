import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pengyou = (cwd: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'cli/pengyou.mjs'), ...args], { cwd, encoding: 'utf8' });

test('files are found from where the person is', () => {
  const files = ['--tariff', 'time-alone.tariff.json', '--session', '75-minutes.session.json', '--json'];
  const { status, stdout } = pengyou(join(root, 'docs/examples'), 'price', ...files);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ totalFen: 31, exactYuan: '0.312500' });
});

test('an unknown command is told so, with those that there are', () => {
  const { status, stdout, stderr } = pengyou(root, 'prise');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('There is no command prise.');
  expect(stderr).toMatch(/^ {2}price +Price one session/m);
  expect(pengyou(root).status).toBe(2);
  expect(pengyou(root, '--help')).toMatchObject({ status: 0, stderr: '' });
});

test('npm runs it from anywhere, and outside of the repository nobody is told to fetch a stranger’s package', () => {
  const files = ['--tariff', 'time-alone.tariff.json', '--session', '75-minutes.session.json', '--json'];
  const npm = spawnSync('npm', ['--prefix', root, '--silent', 'run', 'pengyou', '--', 'price', ...files], {
    cwd: join(root, 'docs/examples'),
    encoding: 'utf8',
  });
  expect(JSON.parse(npm.stdout)).toMatchObject({ totalFen: 31 });
  // What people read: the documents, the pages, the receipts and the commands' own texts. One place says why not.
  const told = spawnSync('git', ['grep', '-lE', 'npx (--yes )?pengyou', '--', '*.md', '*.ts', '*.tsx'], {
    cwd: root,
    encoding: 'utf8',
  });
  const places = told.stdout.split('\n').filter((name) => name !== '' && name !== 'test/cli/pengyou.test.ts');
  expect(places).toEqual(['docs/operations.md']);
});

test('a bad file ends with exit code 2 and nothing on the output', () => {
  const { status, stdout, stderr } = pengyou(
    root,
    'price',
    '--tariff',
    'none.json',
    '--session',
    'none.json',
  );
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('file-unreadable: none.json');
});
