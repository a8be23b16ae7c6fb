import { describe, expect, test } from 'vitest';
import { corridorDue } from '../../src/corridor/handle-sighting.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const estate = estateOfEachTest();

const see = (vehicles: number, { atMs = estate.clockMs, confidence = 0.9 } = {}) =>
  estate.says('corridor-1', 'corridor', { atMs, vehicles, confidence });
const key = keys.corridor('corridor-1');
const corridor = () => estate.item(key);
const alerts = async () =>
  (await estate.alerts()).map(({ kind, severity, state }) => ({ kind, severity, state }));

describe('a bike in a corridor', () => {
  test('is a case from its first sighting, due half an hour later, and counted', async () => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(2);
    expect(await corridor()).toMatchObject({
      state: 'blocked',
      caseId: `corridor-1-${eveningMs}`,
      blockedAtMs: eveningMs,
      dueAtMs: eveningMs + 30 * minuteMs,
      sightings: 2,
    });
    const last = estate.entries('corridor').find(({ receivedAtMs }) => receivedAtMs > eveningMs);
    expect(last).toMatchObject({
      outcome: 'count',
      facts: { caseId: `corridor-1-${eveningMs}`, state: 'blocked', also: 'count', sightings: 2 },
    });
    expect(await alerts()).toEqual([{ kind: 'corridor', severity: 'notice', state: 'open' }]);
  });

  test('seen more than once and then gone calls nobody any more', async () => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(1);
    estate.clockMs += minuteMs;
    await see(0);
    expect(await alerts()).toEqual([{ kind: 'corridor', severity: 'notice', state: 'closed' }]);
    const after = await corridor();
    expect(after).toMatchObject({ state: 'clear', clearedAtMs: eveningMs + 2 * minuteMs, sightings: 0 });
    for (const gone of ['caseId', 'alertId', 'blockedAtMs', 'dueAtMs']) expect(after?.[gone]).toBeUndefined();
  });

  test('seen more than once and not moved has a report in the place of the first call', async () => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(1);
    estate.clockMs = eveningMs + 30 * minuteMs;
    await estate.sweep();
    expect(await alerts()).toEqual([
      { kind: 'corridor-overdue', severity: 'urgent', state: 'open' },
      { kind: 'corridor', severity: 'notice', state: 'closed' },
    ]);
    expect(await corridor()).toMatchObject({
      state: 'overdue',
      sightings: 2,
      caseId: `corridor-1-${eveningMs}`,
    });
    expect((await corridor())?.dueAtMs).toBeUndefined();
  });

  test('that was reported and is seen again is counted, and closed when it is gone', async () => {
    await see(1);
    estate.clockMs = eveningMs + 30 * minuteMs;
    await estate.sweep();
    estate.clockMs += minuteMs;
    await see(1);
    expect(await corridor()).toMatchObject({ state: 'overdue', sightings: 2, blockedAtMs: eveningMs });
    estate.clockMs += minuteMs;
    await see(0);
    expect((await alerts()).map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  test('is not reported a millisecond too early, however it is looked at', async () => {
    await see(1);
    estate.clockMs = eveningMs + 30 * minuteMs - 1;
    await corridorDue(estate.backend, key);
    expect(estate.outcomes('corridor')).toEqual(['open-case']);
    estate.clockMs += 1;
    await corridorDue(estate.backend, key);
    await corridorDue(estate.backend, key);
    expect(estate.outcomes('corridor').sort()).toEqual(['open-case', 'report']);
  });

  test('that is moved, and followed by another, in the moment of the report is not reported: the other has its own time', async () => {
    await see(1);
    estate.clockMs = eveningMs + 30 * minuteMs;
    const table = interruptedAfter(estate.table, looksAt('CORRIDOR'), async () => {
      await see(0, { atMs: estate.clockMs - 1000 });
      await see(1);
    });
    await corridorDue(estate.on(table), key);
    expect(await corridor()).toMatchObject({
      state: 'blocked',
      caseId: `corridor-1-${estate.clockMs}`,
      dueAtMs: estate.clockMs + 30 * minuteMs,
    });
    expect((await alerts()).map(({ kind }) => kind)).not.toContain('corridor-overdue');
    expect(estate.outcomes('corridor')).toContain('overtaken');
  });

  test('of a new case calls anew', async () => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(0);
    estate.clockMs += minuteMs;
    await see(1);
    expect((await alerts()).map(({ state }) => state)).toEqual(['open', 'closed']);
  });
});

describe('a sighting', () => {
  test.each([
    [0.6, 'open-case'],
    [0.59, 'too-uncertain'],
  ])('of confidence %d is %s', async (confidence, outcome) => {
    await see(1, { confidence });
    expect(estate.outcomes('corridor')).toEqual([outcome]);
  });

  test('of nothing is believed whatever its confidence: a case is closed by it', async () => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(0, { confidence: 0.1 });
    expect((await alerts()).map(({ state }) => state)).toEqual(['closed']);
  });

  test.each([
    ['before it was gone', -1, 'overtaken'],
    ['in the moment in which it was gone', 0, 'open-case'],
  ])('of a bike %s is %s', async (_, laterMs, outcome) => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(0);
    await see(1, { atMs: estate.clockMs + laterMs });
    expect(estate.outcomes('corridor')).toContain(outcome === 'open-case' ? 'close-case' : outcome);
    expect((await corridor())?.['state']).toBe(outcome === 'open-case' ? 'blocked' : 'clear');
  });

  test.each([
    ['before the bike came', -1, 'blocked'],
    ['in the moment in which it came', 0, 'clear'],
  ])('of an empty corridor %s leaves it so: %s', async (_, laterMs, state) => {
    await see(1);
    await see(0, { atMs: eveningMs + laterMs });
    expect((await corridor())?.['state']).toBe(state);
  });

  test('of an empty corridor that was empty changes nothing that calls anybody', async () => {
    await see(0);
    expect(await alerts()).toEqual([]);
    expect(estate.outcomes('corridor')).toEqual(['seen']);
  });

  test.each([
    [hourMs - 1, 'overtaken'],
    [hourMs, 'close-case'],
  ])('told %d ms after it was made is %s: a clock that far off is wrong', async (lateMs, outcome) => {
    await see(1);
    estate.clockMs += minuteMs;
    await see(0, { atMs: estate.clockMs - lateMs });
    expect(estate.outcomes('corridor')).toContain(outcome);
  });
});
