import { describe, expect, test } from 'vitest';
import { correctWithinMs, corridorSchema, leastConfidence, transitions } from '../../src/corridor/case.ts';
import { corridorDue } from '../../src/corridor/handle-sighting.ts';
import { digest } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';

// From evidence to correction: what is kept of a case is what a committee, or a court, is shown.

const minuteMs = 60_000;
const key = keys.corridor('corridor-1');
const estate = estateOfEachTest();

const see = (id: string, vehicles: number, more: object = {}) =>
  estate.says('corridor-1', 'corridor', { id, vehicles, confidence: 0.9, ...more });
const corridor = () => estate.item(key);
const entryOf = (sk: string) => estate.entries('corridor').find((entry) => entry.sk === sk);

test('a corridor goes from state to state as its table says', () => {
  expect(transitions).toStrictEqual({
    clear: { seen: { to: 'blocked', also: 'open-case' }, gone: { to: 'clear' }, due: { to: 'clear' } },
    blocked: {
      ...{ seen: { to: 'blocked', also: 'count' }, gone: { to: 'clear', also: 'close-case' } },
      due: { to: 'overdue', also: 'report' },
    },
    overdue: {
      ...{ seen: { to: 'overdue', also: 'count' }, gone: { to: 'clear', also: 'close-case' } },
      due: { to: 'overdue' },
    },
  });
  expect({ correctWithinMs, leastConfidence }).toStrictEqual({
    correctWithinMs: 30 * minuteMs,
    leastConfidence: 0.6,
  });
});

describe('a case', () => {
  const place = { zh: 'Building 3, unit 2', en: 'Building 3, unit 2' };
  const caseId = `corridor-1-${eveningMs}`;
  const fixed = { ...key, deviceId: 'corridor-1', estateId };
  const alertOf = (kind: string, atMs: number, fact: string) => ({
    ...{ estateId, kind, createdAtMs: atMs, deviceId: 'corridor-1', place },
    ...{ alertId: `${atMs}-corridor-1-${kind}-${digest(fact).slice(0, 8)}`, deliveries: [] },
  });
  const factOf = (sk: string) => entryOf(sk)?.facts;

  test('is kept whole from the first sighting to the last', async () => {
    await see('v1', 1);
    const [call] = await estate.alerts();
    expect(call).toStrictEqual({
      ...{ ...alertOf('corridor', eveningMs, ''), alertId: call?.alertId, severity: 'notice', state: 'open' },
      ...{ dueAtMs: eveningMs + minuteMs, version: 1 },
      text: {
        zh: 'Building 3, unit 2：楼道停放电动自行车，请及时移走',
        en: 'Building 3, unit 2: e-bike in the corridor, please have it moved',
      },
    });
    const opened = { ...fixed, state: 'blocked', caseId, blockedAtMs: eveningMs, alertId: call?.alertId };
    expect(await corridor()).toStrictEqual({
      ...opened,
      sightings: 1,
      dueAtMs: eveningMs + 30 * minuteMs,
      version: 1,
    });
    expect(factOf('EVENT#v1')).toStrictEqual({ caseId, state: 'blocked', also: 'open-case', sightings: 1 });

    estate.clockMs += minuteMs;
    await see('v2', 3);
    expect(await corridor()).toStrictEqual({
      ...opened,
      sightings: 2,
      dueAtMs: eveningMs + 30 * minuteMs,
      version: 2,
    });

    const dueMs = eveningMs + 30 * minuteMs;
    estate.clockMs = dueMs;
    await corridorDue(estate.backend, key);
    const [report, closed] = await estate.alerts();
    expect(report).toStrictEqual({
      ...{ ...alertOf('corridor-overdue', dueMs, `overdue ${caseId}`), severity: 'urgent', state: 'open' },
      ...{ dueAtMs: dueMs + minuteMs, version: 1 },
      text: {
        zh: 'Building 3, unit 2：楼道违停逾期未移走',
        en: 'Building 3, unit 2: the bike in the corridor was not moved in time',
      },
    });
    expect(closed).toMatchObject({ alertId: call?.alertId, state: 'closed', closedAtMs: dueMs });
    const overdue = { ...opened, state: 'overdue', alertId: report?.alertId };
    expect(await corridor()).toStrictEqual({ ...overdue, sightings: 2, version: 3 });
    expect(entryOf(`EVENT#overdue:${caseId}`)).toMatchObject({
      ...{ outcome: 'report', digest: estate.backend.vault.mac(`overdue ${caseId}`), sender: 'sweep' },
      facts: { caseId, state: 'overdue', also: 'report', sightings: 2 },
    });

    estate.clockMs += minuteMs;
    await see('v3', 1);
    expect(await corridor()).toStrictEqual({ ...overdue, sightings: 3, version: 4 });

    estate.clockMs += minuteMs;
    await see('v4', 0);
    expect(await corridor()).toStrictEqual({
      ...{ ...fixed, state: 'clear', clearedAtMs: estate.clockMs, sightings: 0, version: 5 },
    });
    expect(factOf('EVENT#v4')).toStrictEqual({ caseId, state: 'clear', also: 'close-case', sightings: 0 });
    expect((await estate.alerts())[0]).toMatchObject({ state: 'closed', closedAtMs: estate.clockMs });
    // What was once clear is known to have been, through the next case.
    estate.clockMs += minuteMs;
    await see('v5', 1);
    expect(await corridor()).toMatchObject({
      state: 'blocked',
      clearedAtMs: estate.clockMs - minuteMs,
      sightings: 1,
    });
    expect(corridorSchema.parse({ ...(await corridor()) })).toStrictEqual(
      Object.fromEntries(
        Object.entries((await corridor()) ?? {}).filter(([name]) => name !== 'pk' && name !== 'sk'),
      ),
    );
  });

  test('that was seen in the past has its time from then', async () => {
    await see('v1', 1, { atMs: eveningMs - 5 * minuteMs });
    expect(await corridor()).toMatchObject({
      ...{ caseId: `corridor-1-${eveningMs - 5 * minuteMs}`, blockedAtMs: eveningMs - 5 * minuteMs },
      dueAtMs: eveningMs + 25 * minuteMs,
    });
    expect((await estate.alerts())[0]?.createdAtMs).toBe(eveningMs);
  });

  test('is not reported where nothing is due, or its sensor is gone', async () => {
    await corridorDue(estate.backend, key);
    await see('v1', 0);
    await corridorDue(estate.backend, key);
    await see('v2', 1, { atMs: eveningMs + 1 });
    estate.clockMs += 31 * minuteMs;
    for (const device of [undefined, await estate.backend.registry.device('reader-in')]) {
      const registry = { ...estate.backend.registry, device: async () => device };
      await corridorDue({ ...estate.backend, registry }, key);
    }
    expect(estate.outcomes('corridor')).toStrictEqual(['seen', 'open-case']);
    await corridorDue(estate.backend, key);
    expect(estate.entries('corridor')).toHaveLength(3);
  });
});

test.each([
  ['too uncertain', { confidence: 0.59 }, 'too-uncertain'],
  ['overtaken, and certain', { atMs: eveningMs - 1 }, 'overtaken'],
  ['both', { atMs: eveningMs - 1, confidence: 0.1 }, 'too-uncertain'],
])('a sighting that is %s is kept, and changes nothing', async (_, more, outcome) => {
  await see('v0', 0);
  const before = await corridor();
  await see('v1', 1, more);
  expect(entryOf('EVENT#v1')).toMatchObject({ kind: 'corridor', outcome, facts: {} });
  expect(await corridor()).toStrictEqual(before);
  expect(await estate.alerts()).toStrictEqual([]);
});
