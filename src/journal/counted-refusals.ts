import * as z from 'zod/mini';
import type { RefusalReason } from '../../contract/words/words.ts';
import type { Registry } from '../estate/registry-store.ts';
import { keys } from '../shared/keys.ts';
import { wallClock } from '../shared/local-time.ts';
import type { Table } from '../shared/table.ts';
import { nobodysEstate } from './entry.ts';
import { retentionDays } from './kinds.ts';

/** Something refused of which no signature, certificate or login says whose it was: anybody can say it, any number of times. */
export interface AnonymousRefusal {
  readonly estateId: string;
  /** Whom it was about, among those that we know: a provider, a device; else `nobody`. Never a name that was sent. */
  readonly deviceId: string;
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly topic: string;
  readonly atMs: number;
}

/** One of the first of a day, word for word. */
const sampleSchema = z.object({ atMs: z.int(), topic: z.string(), detail: z.string() });

const countedSchema = z.object({
  count: z.int(),
  firstAtMs: z.int(),
  samples: z.array(sampleSchema),
  version: z.optional(z.int()),
});

type Counted = z.infer<typeof countedSchema>;

const samplesAtMost = 5;

/** Up to so many each is written at once; from there on, one in so many of what there is. */
const countedShare = 16;

/** Of two instances that write at once, one writes again. */
const attemptsAtMost = 4;

export interface RefusalCounter {
  /** Counts it. It stands in the table at once, or, of many, with those that follow. Throws what the table throws: it waits. */
  add(refusal: AnonymousRefusal): Promise<void>;
}

/**
 * Counts refusals by day, by whom they are about and by reason: one item for each, with the first few word for word.
 * However many come, there are as many items as devices and reasons, and, n being refused, about 16 ln n writes. What is
 * not written yet is in this instance's memory, at most a sixteenth of what stands there; if the instance ends before,
 * only the log has it. Made once for each instance of a function.
 */
export function countedRefusals({ table, registry }: { readonly table: Table; readonly registry: Registry }) {
  const waiting = new Map<string, Waiting>();
  let today = '';

  const counter: RefusalCounter = {
    async add(refusal) {
      const { estateId, deviceId, reason, detail, topic, atMs } = refusal;
      const day = await refusalDay(registry, estateId, atMs);
      if (day > today) {
        for (const [name, left] of waiting) if (left.count === 0) waiting.delete(name);
        today = day;
      }
      const name = `${estateId} ${day} ${deviceId} ${reason}`;
      const own = waiting.get(name) ?? newWaiting(atMs);
      waiting.set(name, own);
      own.count += 1;
      if (own.samples.length < samplesAtMost) own.samples.push({ atMs, topic, detail: detail.slice(0, 200) });
      const key = keys.countedRefusals(estateId, day, deviceId, reason);
      own.known ??= counted((await table.get([key]))[0])?.count ?? 0;
      if (own.count * countedShare < own.known) return;
      await write(refusal, key, own);
    },
  };

  async function write(refusal: AnonymousRefusal, key: Place, own: Waiting): Promise<void> {
    if (own.isWriting) return;
    own.isWriting = true;
    try {
      for (let attempt = 1; attempt <= attemptsAtMost; attempt += 1) {
        const before = counted((await table.get([key]))[0]);
        const { count, firstAtMs } = own;
        const samples = [...own.samples];
        const put = itemOf(refusal, key, before, { count, samples, firstAtMs });
        const { committed } = await table.commit([{ put, when: { version: before?.version } }]);
        if (!committed) continue;
        own.known = put.count;
        own.count -= count;
        own.samples.splice(0, samples.length);
        return;
      }
    } finally {
      own.isWriting = false;
    }
  }

  return counter;
}

type Place = ReturnType<typeof keys.countedRefusals>;

interface Waiting {
  /** How many stood there when this instance last looked. */
  known: number | undefined;
  count: number;
  samples: z.infer<typeof sampleSchema>[];
  readonly firstAtMs: number;
  isWriting: boolean;
}

const newWaiting = (atMs: number): Waiting => ({
  ...{ known: undefined, count: 0, samples: [], firstAtMs: atMs, isWriting: false },
});

function counted(item: unknown): Counted | undefined {
  return item === undefined ? undefined : countedSchema.parse(item);
}

function itemOf(refusal: AnonymousRefusal, key: Place, before: Counted | undefined, more: Counted) {
  const { detail, ...newest } = refusal;
  return {
    ...key,
    type: 'counted-refusals',
    ...newest,
    detail: detail.slice(0, 200),
    count: (before?.count ?? 0) + more.count,
    firstAtMs: before?.firstAtMs ?? more.firstAtMs,
    samples: [...(before?.samples ?? []), ...more.samples].slice(0, samplesAtMost),
    expiresAtS: Math.floor(refusal.atMs / 1000) + retentionDays.refusal * 86_400,
  };
}

/** The day by the estate's own wall clock; what belongs to no estate goes by UTC. */
export async function refusalDay(registry: Registry, estateId: string, atMs: number): Promise<string> {
  const timeZone = estateId === nobodysEstate ? 'UTC' : (await registry.estate(estateId)).timeZone;
  return wallClock(atMs, timeZone).date;
}
