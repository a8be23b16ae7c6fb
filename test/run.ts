import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './support/chromium.ts';
import { run } from './support/run-command.ts';
import { type Report, summarise } from './support/test-summary.ts';

// `npm test`: everything a test needs, then the tests. Arguments go to vitest, e.g. `npm test -- test/infra`.

const root = join(import.meta.dirname, '..');
const reportFile = join(root, 'dist', 'test-report.json');
const inCi = process.env['CI'] !== undefined;

await ensureChromium(inCi);
await need('synth', [process.execPath, 'infra/synth.ts']);
if (existsSync(join(root, 'web', 'vite.config.ts'))) {
  await need('the pages', [...tool('vite'), 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn']);
}

rmSync(reportFile, { force: true });
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const code = await run([...tool('vitest'), 'run', ...reporters, ...process.argv.slice(2)], root);
const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : undefined;
const summary = summarise(report, code, inCi);
for (const remark of summary.remarks) console.error(remark);
console.log(`${summary.passed} passed, ${summary.failed} failed`);
process.exit(summary.failed === 0 ? 0 : 1);

async function need(what: string, command: readonly string[]): Promise<void> {
  if ((await run(command, root)) === 0) return;
  console.error(`No test was run, because ${what} could not be built.`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** A tool that was installed with us, run by the Node that runs us. */
function tool(name: string): string[] {
  return [process.execPath, join(root, 'node_modules', '.bin', name)];
}
