import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LaneQuestion } from './lane.ts';
import type { RunResult } from './run.ts';

const PROGRAM = new URL('./lane.ts', import.meta.url);

export interface Runs {
  readonly seeds: readonly number[];
  readonly days: number;
  readonly plant?: string | undefined;
  /** How many are run side by side; as many as the machine has cores for. */
  readonly lanes?: number | undefined;
  /** Also runs the seeds behind one that has a violation. */
  readonly keepGoing?: boolean | undefined;
  /** Told of each run as soon as it has ended. */
  readonly onResult?: (result: RunResult) => void;
}

/**
 * Runs seeds side by side, each lane in a thread of its own. What is answered does not depend on the lanes: the results
 * in the order of the seeds, up to and with the first that has a violation.
 */
export async function simulateAll({
  seeds,
  days,
  plant,
  lanes,
  keepGoing = false,
  onResult,
}: Runs): Promise<RunResult[]> {
  const waiting = [...seeds];
  const results = new Map<number, RunResult>();
  let found = false;
  const lane = async () => {
    const thread = new Lane();
    try {
      for (let seed = waiting.shift(); seed !== undefined && !found; seed = waiting.shift()) {
        const result = await thread.run({ seed, days, plant });
        results.set(seed, result);
        onResult?.(result);
        found ||= !keepGoing && result.violation !== undefined;
      }
    } finally {
      await thread.end();
    }
  };
  const many = Math.min(seeds.length, lanes ?? availableParallelism());
  await Promise.all(Array.from({ length: many }, lane));
  const inOrder = seeds.flatMap((seed) => results.get(seed) ?? []);
  const first = keepGoing ? -1 : inOrder.findIndex(({ violation }) => violation !== undefined);
  return first < 0 ? inOrder : inOrder.slice(0, first + 1);
}

class Lane {
  // Whatever the functions log is not what the simulation says.
  readonly #worker = new Worker(PROGRAM, { stdout: true });

  constructor() {
    this.#worker.stdout.resume();
  }

  run(question: LaneQuestion): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const done = () => this.#worker.removeAllListeners('message').removeAllListeners('error');
      this.#worker.once('message', (result: RunResult) => {
        done();
        resolve(result);
      });
      this.#worker.once('error', (error) => {
        done();
        reject(error);
      });
      this.#worker.postMessage(question);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
