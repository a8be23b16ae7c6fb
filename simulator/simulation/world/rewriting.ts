import type { Envelope } from '../../../src/devices/envelope.ts';
import type { Payments } from '../../../src/payments/provider.ts';
import { stored, type Table, type Write } from '../../../src/shared/table.ts';
import type { Change } from './store.ts';

/** A bug that is planted by wrapping what the handlers are given; the handlers themselves are as they are. */
export interface Plant {
  readonly name: string;
  readonly what: string;
  readonly table?: (table: Table, chance: (probability: number) => boolean) => Table;
  readonly swallowsFailures?: boolean;
  /** A command that never goes out. */
  readonly loses?: (topic: string) => boolean;
  /** What the cloud hears instead of what was said; one for each run. */
  readonly hearing?: () => (envelope: Envelope) => Envelope;
  /** The payment providers, as the handlers see them. */
  readonly payments?: (payments: Payments) => Payments;
  readonly skips?: (change: Change, chance: (probability: number) => boolean) => boolean;
}

export type Put = Extract<Write, { put: unknown }>;
export const isPut = (write: Write): write is Put => 'put' in write;

/** Changes the puts of every commit, and answers about the writes that were asked for. */
export function rewriting(table: Table, change: (put: Put) => Write): Table {
  return {
    get: (keys) => table.get(keys),
    query: (query) => table.query(query),
    due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
    async commit(writes) {
      const changed = writes.map((write) => (isPut(write) ? change(write) : write));
      const result = await table.commit(changed);
      return result.committed
        ? result
        : { ...result, lost: writes[changed.indexOf(result.lost)] ?? result.lost };
    },
  };
}

/** The write without the condition that it was decided under. */
export function unconditional(write: Put): Write {
  if (typeof write.when !== 'object') return write;
  return { put: stored(write), when: 'always' };
}
