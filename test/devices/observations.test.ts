import { beforeEach, describe, expect, test } from 'vitest';
import { takeIn } from '../../src/devices/intake.ts';
import { provision } from '../../src/estate/provision.ts';
import { telemetryRoutes } from '../../src/routes/telemetry.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';

let estate: TestEstate;
let messages = 0;
beforeEach(async () => {
  estate = await testEstate();
  const origin = { estateId, deviceId: 'api', receivedAtMs: 0, topic: 'api', sender: 'o', fact: '' };
  await provision(
    estate.backend,
    { ...origin, payload: new Uint8Array() },
    {
      kind: 'sensor',
      deviceId: 'bay-1',
      sensor: 'bay',
      facilityId: 'garage',
      place: { zh: 'x', en: 'x' },
    },
  );
});

const say = (kind: string, content: object, atMs = estate.clockMs) => {
  messages += 1;
  return estate.deliver(`pengyou/bay-1/up/${kind}`, {
    id: `m${messages}`,
    device: 'bay-1',
    atMs,
    ...content,
  });
};
const bay = (number: number, occupied: boolean, atMs?: number) =>
  say('bay', { bays: [{ bay: number, occupied }] }, atMs);
const state = async () => {
  const [item] = await estate.table.get([keys.deviceState('bay-1')]);
  const { detail, bays = [] } = (item?.['state'] ?? {}) as {
    detail?: string;
    bays?: { bay: number; occupied: boolean }[];
  };
  return { detail, bays: Object.fromEntries(bays.map(({ bay: number, occupied }) => [number, occupied])) };
};

describe('what a bay sensor says', () => {
  test('of one bay leaves the others as they are', async () => {
    await bay(1, true);
    estate.clockMs += 1000;
    await bay(2, true);
    estate.clockMs += 1000;
    await bay(1, false);
    expect((await state()).bays).toEqual({ 1: false, 2: true });
  });

  test('of two bays in one moment, in two messages, is both', async () => {
    await bay(1, true);
    await bay(2, true);
    expect((await state()).bays).toEqual({ 1: true, 2: true });
  });

  test('late of one bay is not believed of that bay alone', async () => {
    await bay(1, true);
    await bay(1, false, estate.clockMs - 1000);
    await bay(2, true, estate.clockMs - 1000);
    expect((await state()).bays).toEqual({ 1: true, 2: true });
  });

  test('of itself erases no bay', async () => {
    await bay(1, true);
    estate.clockMs += 1000;
    await say('health', { detail: 'battery low' });
    expect(await state()).toEqual({ detail: 'battery low', bays: { 1: true } });
  });

  test('twice at once is both', async () => {
    const table = interruptedAfter(
      estate.table,
      ([key]) => key?.sk === 'STATE',
      () => bay(2, true),
    );
    const told = { id: 'first', device: 'bay-1', atMs: estate.clockMs, bays: [{ bay: 1, occupied: true }] };
    await takeIn({ ...estate.backend, table }, telemetryRoutes, {
      data: Buffer.from(JSON.stringify(told)).toString('base64'),
      topic: 'pengyou/bay-1/up/bay',
      client: 'bay-1',
      receivedAtMs: estate.clockMs,
    });
    expect((await state()).bays).toEqual({ 1: true, 2: true });
  });
});
