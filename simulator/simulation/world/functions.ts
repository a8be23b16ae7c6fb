import { registryStore } from '../../../src/estate/registry-store.ts';
import type { Backend } from '../../../src/journal/commit.ts';
import type { Table } from '../../../src/shared/table.ts';
import { Invocation, type Outcome, type Surroundings } from './invocation.ts';
import { openVault } from './small-estate.ts';

/** One warm process of a function: it serves one call at a time, and remembers the registry for a minute. */
interface Instance {
  current: Invocation | undefined;
  readonly backend: Backend;
}

/** Runs functions as the cloud does: as many processes as calls at once, kept warm, gone when they crash. */
export class Functions {
  readonly #world: Surroundings;
  readonly #idle = new Map<string, Instance[]>();

  constructor(world: Surroundings) {
    this.#world = world;
  }

  async invoke<T>(name: string, handler: (backend: Backend) => Promise<T>): Promise<Outcome<T>> {
    const instance = this.#idle.get(name)?.pop() ?? this.#start();
    const invocation = new Invocation(name, this.#world);
    instance.current = invocation;
    const outcome = await invocation.run(() => handler(instance.backend));
    if (!invocation.dead) this.#idle.set(name, [...(this.#idle.get(name) ?? []), instance]);
    return outcome;
  }

  #start(): Instance {
    const current = () => {
      if (instance.current === undefined) throw new Error('No call is under way');
      return instance.current;
    };
    const table: Table = {
      get: (keys) => current().get(keys),
      query: (query) => current().query(query),
      due: (shard, untilMs, limit) => current().due(shard, untilMs, limit),
      commit: (writes) => current().commit(writes),
    };
    const clock = { now: () => this.#world.schedule.now() };
    const instance: Instance = {
      current: undefined,
      backend: {
        table,
        clock,
        vault: openVault,
        publisher: {
          publish: (topic, payload, expiresInS) => current().publish(topic, payload, expiresInS),
        },
        registry: registryStore(table, clock),
      },
    };
    return instance;
  }
}
