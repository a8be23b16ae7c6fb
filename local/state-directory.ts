import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MARKER = 'local-cloud.txt';
const LOCK = 'running.pid';

/**
 * Takes the state directory for this process alone. With `fresh` it is emptied first, but only if it is one of ours:
 * a mistyped `--state` must never cost somebody a home directory.
 */
export function takeStateDirectory(directory: string, fresh: boolean): () => void {
  const marker = join(directory, MARKER);
  const lock = join(directory, LOCK);
  if (existsSync(directory) && !existsSync(marker) && readdirSync(directory).length > 0) {
    throw new Error(`${directory} is not a state directory of the local cloud`);
  }
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (holder > 0 && isRunning(holder))
    throw new Error(`The local cloud already runs with ${directory} (process ${holder})`);
  if (fresh) rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    marker,
    'State of the local cloud. It may be deleted while the local cloud is not running.\n',
  );
  writeFileSync(lock, String(process.pid));
  return () => rmSync(lock, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
