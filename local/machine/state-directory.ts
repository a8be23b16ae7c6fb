import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { LOOPBACK, listen } from './listener.ts';

const MARKER = 'local-cloud.txt';
/** Raised with each version that cannot read what the one before has written. 2 is that of 0.2. */
const FORMAT = 2;
const LOCK = 'running.pid';
const ANSWERS_WITHIN_MS = 5000;

/** What stands in the lock: whose it is, for a person; and where its holder says that it still has it. */
interface Lock {
  readonly pid: number;
  readonly port: number;
  readonly name: string;
}

/**
 * Takes the state directory for this process alone. With `fresh` it is emptied first, but only if it is one of ours:
 * a mistyped `--state` must never cost somebody a home directory. What another version has written is refused, and
 * stays as it is.
 *
 * A process's number proves nothing: after a restart of the machine it is another's. So the holder listens, and says
 * the lock's own name to whoever asks; a lock that nobody speaks for is left over.
 */
export async function takeStateDirectory(directory: string, fresh: boolean): Promise<() => void> {
  const marker = join(directory, MARKER);
  if (existsSync(directory) && !existsSync(marker) && readdirSync(directory).length > 0) {
    throw new Error(`${directory} is not a state directory of the local cloud`);
  }
  mkdirSync(directory, { recursive: true });
  const release = await takeLock(directory);
  const format = existsSync(marker) ? formatIn(readFileSync(marker, 'utf8')) : FORMAT;
  if (!fresh && format !== FORMAT) {
    release();
    throw new Error(
      `${directory} holds the state of another version of Pengyou (format ${format}; this one reads ${FORMAT}): ` +
        'start with --fresh to begin with an empty state, which deletes it, or with --state in another place',
    );
  }
  if (fresh) {
    for (const name of readdirSync(directory))
      if (name !== LOCK) rmSync(join(directory, name), { recursive: true, force: true });
  }
  writeFileSync(
    marker,
    `State of the local cloud, format ${FORMAT}. It may be deleted while the local cloud is not running.\n`,
  );
  return release;
}

/** Version 0.1 named none. */
const formatIn = (text: string): number => Number(/format (\d+)/.exec(text)?.[1] ?? 1);

async function takeLock(directory: string): Promise<() => void> {
  const path = join(directory, LOCK);
  const name = randomUUID();
  const speaker = createServer((socket) => socket.on('error', () => {}).end(name));
  const lock: Lock = { pid: process.pid, port: await listen(speaker), name };
  speaker.unref();
  const written = join(directory, `${LOCK}.${name}`);
  writeFileSync(written, JSON.stringify(lock));
  try {
    for (;;) {
      try {
        // Whole or not at all, and never over another's: of two starts at once one has it.
        linkSync(written, path);
        break;
      } catch {
        const holder = existsSync(path) ? readFileSync(path, 'utf8') : '';
        if (await isHeld(holder))
          throw new Error(
            `The local cloud already runs with ${directory} (process ${JSON.parse(holder).pid})`,
          );
        // Somebody may have taken it in the meantime: only what was found to be left over is removed.
        if (existsSync(path) && readFileSync(path, 'utf8') === holder) rmSync(path, { force: true });
      }
    }
  } catch (error) {
    speaker.close();
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
  return () => {
    speaker.close();
    rmSync(path, { force: true });
  };
}

/** Whether the one that the lock names still lives. One who listens there and says nothing is only slow. */
async function isHeld(text: string): Promise<boolean> {
  const { port, name } = lockIn(text);
  if (port === undefined) return false;
  const said = await new Promise<string | undefined>((resolve) => {
    let heard = '';
    const socket = connect(port, LOOPBACK);
    socket.setTimeout(ANSWERS_WITHIN_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(heard));
  });
  return said === '' || said === name;
}

function lockIn(text: string): Partial<Lock> {
  try {
    const lock: unknown = JSON.parse(text);
    return typeof lock === 'object' && lock !== null ? lock : {};
  } catch {
    return {};
  }
}
