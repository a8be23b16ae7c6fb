import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import type { Run } from './vitest.config.ts';

export interface TestsRun {
  /** `silent`: nothing was heard for longer than the limit, and it was ended. */
  readonly end: 'passed' | 'failed' | 'silent';
  readonly files: readonly {
    readonly file: string;
    readonly passed: boolean;
    readonly ms: number;
  }[];
  readonly output: string;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
  }[];
}

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Runs files of tests in a process of their own. Every test says that it is done; silence has a limit. */
export async function runTests(run: Run, silenceMs: number): Promise<TestsRun> {
  const directory = mkdtempSync(join(tmpdir(), 'mutate-run-'));
  const [runFile, reportFile] = [join(directory, 'run.json'), join(directory, 'report.json')];
  writeFileSync(runFile, JSON.stringify(run));
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${reportFile}`];
  try {
    const { code, output } = await inGroup([vitest, 'run', '--config', config, ...reporters], {
      cwd: run.root,
      env: { ...process.env, MUTATE_RUN: runFile, NO_COLOR: '1' },
      silenceMs,
    });
    if (code === undefined) return { end: 'silent', files: [], output };
    return { end: code === 0 ? 'passed' : 'failed', files: filesOf(reportFile, run.root), output };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function filesOf(reportFile: string, root: string): TestsRun['files'] {
  let report: JsonReport;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8')) as JsonReport;
  } catch {
    return []; // it ended before it could say anything
  }
  return report.testResults.map(({ name, status, startTime, endTime }) => ({
    file: relative(root, name).split(sep).join('/'),
    passed: status === 'passed',
    ms: endTime - startTime,
  }));
}

interface Surroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly silenceMs: number;
}

/** A process with all that it starts: a test in an endless loop hears no signal, so that its whole group is ended. */
function inGroup(
  command: readonly string[],
  { cwd, env, silenceMs }: Surroundings,
): Promise<{ readonly code: number | undefined; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let silent = false;
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    };
    const fallSilent = () => {
      silent = true;
      end();
    };
    let limit = setTimeout(fallSilent, silenceMs);
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      clearTimeout(limit);
      limit = setTimeout(fallSilent, silenceMs);
    };
    const interrupted = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      end();
      resolve({ code: silent ? undefined : (code ?? 1), output });
    });
  });
}
