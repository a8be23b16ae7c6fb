import { deliverAlert } from '../../../src/alerts/deliver-alert.ts';
import type { Backend } from '../../../src/journal/commit.ts';
import { parseEntry } from '../../../src/journal/entry.ts';
import { redeliver } from '../../../src/journal/redeliver.ts';
import { showChange } from '../../../src/views/write-view.ts';
import type { Random } from '../../random.ts';
import type { Committee } from './committee.ts';
import type { Functions } from './functions.ts';
import type { DeadLetter } from './queue.ts';
import type { Schedule } from './schedule.ts';
import { type Change, keyText } from './store.ts';

interface StreamParts {
  readonly schedule: Schedule;
  readonly functions: Functions;
  readonly random: Random;
  readonly committee: Committee;
  readonly onDead: (letter: DeadLetter) => void;
  readonly swallowsFailures: boolean;
  /** A planted bug: this change is not told. */
  readonly skips: (change: Change) => boolean;
}

interface Follower {
  readonly name: string;
  readonly delayMs: readonly [number, number];
  wants(change: Change): boolean;
  take(backend: Backend, change: Change, committee: Committee): Promise<unknown>;
}

const shownTypes = new Set<unknown>(['alert', 'device-state', 'facility', 'notice', 'presence']);
const inserted = ({ before, after }: Change, type: string) =>
  before === undefined && after?.['type'] === type;

/** Who follows the table's stream, and what each asks for: the filters of infra/reactions.ts. */
const followers: readonly Follower[] = [
  {
    name: 'react-commands',
    delayMs: [2000, 3000],
    wants: (change) => inserted(change, 'entry') && change.after?.['outbox'] !== undefined,
    take: (backend, { after }) => redeliver(backend, parseEntry(after as never)),
  },
  {
    name: 'react-views',
    delayMs: [100, 800],
    wants: (change) => inserted(change, 'entry') || shownTypes.has(change.after?.['type']),
    take: (backend, change) => showChange(backend, backend.publisher, change),
  },
  {
    name: 'react-alerts',
    delayMs: [100, 800],
    wants: (change) => inserted(change, 'alert'),
    take: (backend, { after }, committee) =>
      deliverAlert({ ...backend, ...committee.sources, hanging: new Set() }, after as never),
  },
];

const SHARDS = 3;
const BATCH = 20;
const ATTEMPTS = 6;

interface Line {
  readonly follower: Follower;
  readonly records: Change[];
  running: boolean;
}

/**
 * The table's stream: every item's changes in order, at least once. A batch that fails is delivered again from its
 * first failed record on, and a record that fails for good is given up, so that the others go on.
 */
export class Stream {
  readonly #parts: StreamParts;
  readonly #lines: Line[][];

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#lines = followers.map((follower) =>
      Array.from({ length: SHARDS }, () => ({ follower, records: [], running: false })),
    );
  }

  tell(changes: readonly Change[]): void {
    for (const change of changes) {
      if (this.#parts.skips(change)) continue;
      const shard = shardOf((change.after ?? change.before)?.pk ?? '');
      for (const lines of this.#lines) {
        const line = lines[shard];
        if (line?.follower.wants(change) !== true) continue;
        line.records.push(change);
        if (!line.running) void this.#follow(line);
      }
    }
  }

  async #follow(line: Line): Promise<void> {
    line.running = true;
    const { schedule, random } = this.#parts;
    let attempt = 1;
    while (line.records.length > 0) {
      const waitMs = random.int(...line.follower.delayMs) + (attempt - 1) * 1000;
      await schedule.sleep(waitMs, '');
      const done = await this.#batch(line, attempt);
      attempt = done > 0 ? 1 : attempt + 1;
    }
    line.running = false;
  }

  /** Answers how many records are done with. */
  async #batch(line: Line, attempt: number): Promise<number> {
    const { functions, committee } = this.#parts;
    const { follower, records } = line;
    const batch = records.slice(0, BATCH);
    const failures = new Map<number, unknown>();
    const outcome = await functions.invoke(follower.name, async (backend) => {
      for (const [index, change] of batch.entries()) {
        try {
          await follower.take(backend, change, committee);
        } catch (error) {
          failures.set(index, error);
        }
      }
    });
    const firstFailed = outcome.ok ? Math.min(batch.length, ...failures.keys()) : 0;
    if (firstFailed === batch.length || this.#parts.swallowsFailures) {
      records.splice(0, batch.length);
      return batch.length;
    }
    const error = outcome.ok ? failures.get(firstFailed) : outcome.error;
    const givenUp = firstFailed === 0 && attempt >= ATTEMPTS ? batch.slice(0, 1) : [];
    for (const change of givenUp) this.#dead(follower, change, error);
    const done = firstFailed + givenUp.length;
    records.splice(0, done);
    return done;
  }

  #dead(follower: Follower, change: Change, error: unknown): void {
    const what = `${follower.name} ${keyText(change.after ?? { pk: '', sk: '' })}`;
    this.#parts.onDead({ what, error, redrive: () => void this.#again(follower, change) });
  }

  /** An operator gives a record back: the function takes it beside whatever the stream has for it meanwhile. */
  async #again(follower: Follower, change: Change): Promise<void> {
    const { functions, committee, schedule } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await functions.invoke(follower.name, (backend) =>
        follower.take(backend, change, committee),
      );
      if (outcome.ok) return;
      if (attempt >= ATTEMPTS) return this.#dead(follower, change, outcome.error);
      await schedule.sleep(1000, '');
    }
  }
}

function shardOf(pk: string): number {
  let sum = 0;
  for (let at = 0; at < pk.length; at += 1) sum = (sum * 31 + pk.charCodeAt(at)) >>> 0;
  return sum % SHARDS;
}
