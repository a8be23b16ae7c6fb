import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run-command.ts';

const packages = ['chromium', 'fonts-noto-cjk'];

/**
 * The page test needs a browser with Chinese letters. On Debian as root it is installed; elsewhere the reader is told
 * how. Without it the other tests run, but continuous integration must not pass over the page in silence.
 */
export async function ensureChromium(required: boolean): Promise<void> {
  if (chromiumPath() === undefined && canInstall()) await install();
  if (chromiumPath() !== undefined) return;
  const advice = `There is no chromium on the PATH. On Debian: apt-get install -y ${packages.join(' ')}`;
  if (!required) {
    console.error(`${advice}\nThe page test cannot run without it.`);
    return;
  }
  console.error(advice);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** The browser that the page test drives. */
export function chromiumPath(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.map((directory) => join(directory, 'chromium')).find((path) => existsSync(path));
}

function canInstall(): boolean {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0;
}

async function install(): Promise<void> {
  console.error(`Installing ${packages.join(' and ')} for the page test…`);
  await run(['apt-get', 'update', '-qq'], '/');
  await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages], '/');
}
