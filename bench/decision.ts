import { handleSwipe } from '../src/access/handle-swipe.ts';
import { cardVault } from '../src/devices/card-vault.ts';
import type { Reader } from '../src/estate/device.ts';
import { registryStore } from '../src/estate/registry-store.ts';
import { takeIn } from '../src/intake/intake.ts';
import { accessRoutes } from '../src/intake/routes/access.ts';
import type { Backend } from '../src/journal/commit.ts';
import type { Origin } from '../src/journal/entry.ts';
import { provision } from '../src/provisioning/provision.ts';
import { memoryTable } from '../src/shared/table-memory.ts';
import { cardUid, estateId, estateRecords, readerId, residents } from './estate.ts';
import { round, type Spread, spread } from './statistics.ts';

/** Time of single runs, and the processor's own time of all of them together: the machine counts that in coarse steps. */
export interface Effort {
  readonly ms: Spread;
  readonly meanCpuMs: number;
}

export interface DecisionReport {
  /** A swipe decided, recorded and answered on the memory engine. */
  readonly decision: Effort;
  /** The same from the broker's envelope on: who sent it, decoding, routing. */
  readonly fromEnvelope: Effort;
}

const warmUps = 300;
const card = residents(1)[0]?.card ?? 0;

/** The swipe's own CPU: the real code on the memory engine, where nothing is waited for. */
export async function measureDecision(count: number): Promise<DecisionReport> {
  const clock = { now: () => Date.now() };
  const table = memoryTable();
  const registry = registryStore(table, clock);
  const vault = cardVault('a secret of at least thirty-two characters');
  const backend: Backend = {
    table,
    clock,
    registry,
    vault,
    publisher: { async publish() {} },
  };
  for (const record of estateRecords()) await provision(backend, originOf('provision', clock.now()), record);
  const reader = (await registry.device(readerId)) as Reader;
  const decide = async (index: number) => {
    const identity = `decision-${index}`;
    const number = { form: 'uid', number: String(card) } as const;
    const event = { type: 'swipe', deviceId: readerId, identity, card: number } as const;
    await handleSwipe(backend, originOf(identity, clock.now()), reader, event);
  };
  const takeWhole = (index: number) => {
    const said = { id: `whole-${index}`, device: readerId, atMs: clock.now(), card: cardUid(card) };
    return takeIn(backend, accessRoutes, {
      data: Buffer.from(JSON.stringify(said)).toString('base64'),
      topic: `pengyou/${readerId}/up/swipe`,
      client: readerId,
      receivedAtMs: clock.now(),
    });
  };
  return { decision: await efforts(decide, count), fromEnvelope: await efforts(takeWhole, count) };
}

function originOf(fact: string, receivedAtMs: number): Origin {
  const payload = Buffer.from('{"what":"a swipe says in about a hundred bytes"}');
  const topic = `pengyou/${readerId}/up/swipe`;
  return { estateId, deviceId: readerId, receivedAtMs, topic, sender: readerId, payload, fact };
}

async function efforts(deed: (index: number) => Promise<unknown>, count: number): Promise<Effort> {
  for (let index = 0; index < warmUps; index += 1) await deed(index);
  const taken: number[] = [];
  const before = process.threadCpuUsage();
  for (let index = warmUps; index < warmUps + count; index += 1) {
    const startMs = performance.now();
    await deed(index);
    taken.push(performance.now() - startMs);
  }
  const { user, system } = process.threadCpuUsage(before);
  return { ms: spread(taken), meanCpuMs: round((user + system) / 1000 / count) };
}
