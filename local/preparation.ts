import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bundles, synthesises and builds the pages, each only where its sources are newer. Resolves to the page directory. */
export async function prepare(root: string, signal: AbortSignal): Promise<string | undefined> {
  const [pages] = await Promise.all([
    buildPages(root, signal),
    // It knows by itself whether anything changed.
    run(root, [join('infra', 'synth.ts')], signal),
  ]);
  return pages;
}

async function buildPages(root: string, signal: AbortSignal): Promise<string | undefined> {
  const source = join(root, 'web');
  const built = join(root, 'dist', 'web');
  const config = join('web', 'vite.config.ts');
  if (!existsSync(join(root, config))) return undefined;
  const page = join(built, 'index.html');
  if (!existsSync(page) || statSync(page).mtimeMs < newest(source)) {
    const vite = join('node_modules', 'vite', 'bin', 'vite.js');
    await run(root, [vite, 'build', '--config', config, '--logLevel', 'warn'], signal);
  }
  return built;
}

function newest(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return Math.max(...entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** Runs a script of the project with this same Node; its complaints go to the terminal, its chatter does not. */
function run(cwd: string, script: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, script, { cwd, signal, stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script[0]} failed (exit ${code})`)),
    );
  });
}
