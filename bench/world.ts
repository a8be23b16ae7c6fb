import { join } from 'node:path';
import type { ProvisioningRecord } from '../contract/shapes/provisioning.ts';
import { functionNames, projectBundle, projectRoot } from '../infra/bundle.ts';
import { type LocalCloud, startLocalCloud } from '../local/cloud.ts';
import type { WorldClock } from '../local/machine/clock.ts';
import { Capacity, type Use } from './capacity.ts';

/** The whole local cloud in memory, with a clock that can be stopped, and a count of what everything costs. */
export interface World {
  readonly cloud: LocalCloud;
  readonly clock: BenchClock;
  provision(estateId: string, records: readonly ProvisioningRecord[]): Promise<void>;
  /** What each function did while `deed` ran and everything that followed from it. */
  cost(deed: () => Promise<void>): Promise<Costs>;
}

export interface FunctionCost extends Use {
  invocations: number;
  publishes: number;
}
export type Costs = Readonly<Record<string, FunctionCost>>;

/** Runs in real time, or stands still and is moved: people are told apart by moments, sessions by hours. */
export class BenchClock implements WorldClock {
  speed = 1;
  #worldMs: number;
  #realMs = performance.now();

  constructor(startMs: number) {
    this.#worldMs = startMs;
  }

  now(): number {
    return Math.round(this.#worldMs + (performance.now() - this.#realMs) * this.speed);
  }

  set(ms: number): void {
    this.#worldMs = ms;
    this.#realMs = performance.now();
  }

  stop(): void {
    this.set(this.now());
    this.speed = 0;
  }

  run(): void {
    this.set(this.now());
    this.speed = 1;
  }
}

export async function openWorld(): Promise<World> {
  const capacity = new Capacity();
  const clock = new BenchClock(Date.now());
  const cloud = await startLocalCloud({
    assembly: join(projectRoot, 'cdk.out', 'aws'),
    clock,
    observe: (call) => capacity.observe(call),
  });
  const now = () => totals(cloud, capacity);
  return {
    cloud,
    clock,
    async provision(estateId, records) {
      const token = await cloud.accessToken({ sub: 'bench', roles: 'operator', estates: estateId });
      const response = await fetch(`${cloud.api}/estates/${estateId}/provision`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ records }),
      });
      if (!response.ok) throw new Error(`Provisioning answered ${response.status}: ${await response.text()}`);
      await cloud.idle();
    },
    async cost(deed) {
      await cloud.idle();
      const before = now();
      await deed();
      await cloud.idle();
      return difference(before, now());
    },
  };
}

/** Everything since the start, by function. */
function totals(cloud: LocalCloud, capacity: Capacity): Map<string, FunctionCost> {
  const { invocations, requests } = cloud.counters();
  const costs = new Map<string, FunctionCost>();
  for (const name of functionNames(projectBundle.sources)) {
    // The template's name of a function is made of ours, without hyphens.
    const id = Object.keys(invocations).find((key) => key.includes(`${name.replaceAll('-', '')}Function`));
    const used = capacity.byCaller[id ?? ''];
    const publishes = requests[`${id} iot:Publish`] ?? 0;
    costs.set(name, {
      invocations: invocations[id ?? ''] ?? 0,
      requests: (used?.requests ?? 0) + publishes,
      publishes,
      readUnits: used?.readUnits ?? 0,
      writeUnits: used?.writeUnits ?? 0,
      indexWriteUnits: used?.indexWriteUnits ?? 0,
    });
  }
  return costs;
}

const noCost: FunctionCost = {
  invocations: 0,
  requests: 0,
  publishes: 0,
  readUnits: 0,
  writeUnits: 0,
  indexWriteUnits: 0,
};

function difference(
  before: ReadonlyMap<string, FunctionCost>,
  after: ReadonlyMap<string, FunctionCost>,
): Costs {
  const costs: Record<string, FunctionCost> = {};
  for (const [name, now] of after) {
    const cost = combine([now], before.get(name) ?? noCost);
    if (Object.values(cost).some((value) => value > 0)) costs[name] = cost;
  }
  return costs;
}

/** The sum of costs, less what was there before. */
export function combine(costs: readonly FunctionCost[], less: FunctionCost = noCost): FunctionCost {
  const result = { ...noCost };
  for (const key of Object.keys(noCost) as (keyof FunctionCost)[])
    result[key] = costs.reduce((sum, cost) => sum + cost[key], 0) - less[key];
  return result;
}
