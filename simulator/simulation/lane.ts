import { parentPort } from 'node:worker_threads';
import { plantNamed } from './plants.ts';
import { simulate } from './run.ts';

/** What a lane is asked for: one run, answered by its result. */
export interface LaneQuestion {
  readonly seed: number;
  readonly days: number;
  readonly plant: string | undefined;
}

parentPort?.on('message', async ({ seed, days, plant }: LaneQuestion) => {
  parentPort?.postMessage(await simulate(seed, days, plant === undefined ? undefined : plantNamed(plant)));
});
