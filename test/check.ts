import { spawn } from 'node:child_process';
import { join } from 'node:path';

// `npm run check`: what a program can say about the source without running it.

const root = join(import.meta.dirname, '..');

const parts = [
  'contract',
  'src',
  'functions',
  'infra',
  'local',
  'simulator',
  'cli',
  'web',
  'bench',
  'mutate',
];

const steps = [
  { name: 'format and lint (biome)', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'types (tsc)', command: ['tsc', '--noEmit'] },
  {
    name: 'levels and circles (dependency-cruiser)',
    command: ['depcruise', '--config', 'lint/levels.mjs', '--output-type', 'err-long', ...parts],
  },
  { name: 'circles of folders (lint/circles.ts)', command: ['lint/circles.ts'] },
  { name: 'one description of every answer (lint/answers.ts)', command: ['lint/answers.ts'] },
  { name: 'nouns that have gone (lint/words.ts)', command: ['lint/words.ts'] },
  {
    name: 'words for every enum (test/web/words.test.ts)',
    command: ['vitest', 'run', '--project', 'processes', 'test/web/words.test.ts'],
  },
  { name: 'unused code (knip)', command: ['knip', '--no-progress', '--no-config-hints'] },
];

const results = await Promise.all(steps.map(({ name, command }) => run(name, command)));
for (const { name, output, passed } of results) {
  if (!passed) console.error(`\n${name}:\n${output}`);
}
for (const { name, passed } of results) console.log(`${passed ? 'ok    ' : 'FAILED'} ${name}`);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);

interface StepResult {
  readonly name: string;
  readonly output: string;
  readonly passed: boolean;
}

function run(name: string, [tool = '', ...toolArguments]: readonly string[]): Promise<StepResult> {
  return new Promise((resolve) => {
    const program = tool.endsWith('.ts') ? tool : join('node_modules', '.bin', tool);
    const child = spawn(process.execPath, [join(root, program), ...toolArguments], { cwd: root });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ name, output: error.message, passed: false }));
    child.on('close', (code) =>
      resolve({ name, output: Buffer.concat(chunks).toString(), passed: code === 0 }),
    );
  });
}
