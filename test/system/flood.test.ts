import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import { provision } from '../../simulator/provision.ts';
import { caller, connectThing, testCloud } from '../support/cloud.ts';
import { cardUid, estateId, estateRecords } from '../support/estate.ts';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await testCloud();
  await provision(await caller(cloud, 'operator', estateId), estateId, estateRecords());
});
afterAll(() => cloud?.stop());

const swipe = (device: string, id: string) => ({ id, device, atMs: cloud.clock.now(), card: cardUid });
const floodPerS = 100;
const people = 50;
/** On a machine that does twenty other things each answer takes two seconds. */
const limitMs = 280_000;

/** Says as many swipes as the broker takes, until the returned function is called, which tells how many. */
function flood(say: (n: number) => void): () => number {
  const start = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    // As many as are due, also where the machine was busy for a moment.
    for (; said < ((performance.now() - start) / 1000) * floodPerS; said += 1) say(said);
  }, 10);
  return () => {
    clearInterval(timer);
    return said;
  };
}

test(
  'a reader that says 100 swipes a second keeps none of 50 people at another reader waiting, and no smoke',
  async () => {
    const [stolen, reader, detector] = await Promise.all([
      connectThing(cloud, 'reader-in'),
      connectThing(cloud, 'reader-out', ['pengyou/reader-out/down/+']),
      connectThing(cloud, 'smoke-1'),
    ]);
    const stop = flood((n) => {
      const payload = JSON.stringify(swipe('reader-in', `f${n}`));
      stolen.client.publish('pengyou/reader-in/up/swipe', payload, { qos: 1 });
    });
    const answers: string[] = [];
    for (let person = 0; person < people; person += 1) {
      const id = `p${person}`;
      await reader.publish('pengyou/reader-out/up/swipe', swipe('reader-out', id));
      const { topic } = await reader.next((_, payload) => payload.includes(`"${id}"`));
      answers.push(topic);
    }
    const alarm = { id: 's', device: 'smoke-1', atMs: cloud.clock.now(), level: 'alarm' };
    await detector.publish('pengyou/smoke-1/up/smoke', alarm);
    await reader.next((topic) => topic.endsWith('/hold-open'));
    // Else it would have shown nothing.
    expect(stop()).toBeGreaterThan(2 * people);
    expect(new Set(answers)).toEqual(new Set(['pengyou/reader-out/down/unlock']));
    await Promise.all([stolen.end(), reader.end(), detector.end()]);
  },
  limitMs,
);
