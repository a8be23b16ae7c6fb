import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import { steppedClock, type WorldClock } from '../../local/machine/clock.ts';
import { provision } from '../../simulator/provision.ts';
import { broker, family } from '../devices/families/lampo/family.ts';
import { caller, connectThing, testCloud } from '../support/cloud.ts';
import { cardUid, estateId, estateRecords, eveningMs } from '../support/estate.ts';

// docs/devices/adding-a-family.md, done: one folder and its words in the registry, in a copy of the tree, and nothing else.

const root = join(import.meta.dirname, '../..');
const { name } = family;
const post = `${name}-7`;
const minuteMs = 60_000;

let copy: string;
let cloud: LocalCloud;
let clock: WorldClock;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'pengyou-family-'));
  for (const part of [
    'contract',
    'src',
    'functions',
    'infra',
    'docs/openapi.json',
    'package.json',
    'package-lock.json',
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  addFamily();
  execFileSync(process.execPath, [join(copy, 'infra/synth.ts')], { cwd: copy });
  clock = steppedClock(eveningMs);
  cloud = await testCloud({ assembly: join(copy, 'cdk.out/aws'), clock });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(copy, { recursive: true, force: true });
});

function addFamily(): void {
  const folder = join(copy, 'src/devices/families', name);
  mkdirSync(folder);
  const source = readFileSync(join(root, 'test/devices/families', name, 'family.ts'), 'utf8');
  writeFileSync(join(folder, 'family.ts'), source.replaceAll('../../../../src/', '../../../'));
  const registry = join(copy, 'src/devices/families/all.ts');
  const listed = readFileSync(registry, 'utf8')
    .replace(/^/, `import * as ${name} from './${name}/family.ts';\n`)
    .replace(/\.family\];/, `.family, ${name}.family];`)
    .replace(/\.broker\];/, `.broker, ${name}.broker];`);
  writeFileSync(registry, listed);
}

test('a post of a family that was added in one folder charges, from the card to the receipt', async () => {
  const operator = await caller(cloud, 'operator', estateId);
  await provision(operator, estateId, [
    ...estateRecords(),
    { kind: 'charging-board', family: name, deviceId: post, facilityId: 'garage', ports: 2 },
  ]);
  expect(broker.login).toBe('certificate');
  // The first policy of devices is full.
  expect(cloud.outputs).toHaveProperty('DevicePolicyName2');
  const board = await connectThing(cloud, post, [`${name}/${post}/told/+`]);
  const says = (what: string, content: object) => board.publish(`${name}/${post}/says/${what}`, content);
  const told = async (command: string) => {
    const { payload } = await board.next((topic) => topic === `${name}/${post}/told/${command}`);
    return JSON.parse(payload.toString());
  };

  await says('card', { id: 'c1', port: 2, uid: cardUid });
  const { port, order } = await told('start-session');
  expect(port).toBe(2);
  await says('started', { port, order });
  await cloud.idle();
  for (const [minutes, energyWh] of [
    [30, 100],
    [60, 200],
  ] as const) {
    clock.set(eveningMs + minutes * minuteMs);
    await says('energy', { port, order, powerW: 200, chargingS: minutes * 60, energyWh });
    await cloud.idle();
  }
  await says('settled', { port, order, durationS: 3600, energyWh: 200, fen: 99 });
  await told('answer-settlement');
  await cloud.idle();

  const path = { estateId, sessionId: `${post}-${order}` };
  const { receipt } = await operator.call('GET /estates/{estateId}/sessions/{sessionId}', { path });
  // 0.200 kWh at 0.617 yuan by electricity, and at 0.300 by service: the post's own 99 fen are shown and not charged.
  expect(receipt).toMatchObject({
    estimated: false,
    boardClaim: { fen: 99, energyWh: 200 },
    lines: [{ amountFen: 12 }, { amountFen: 6 }],
  });
  const shown = await fetch(`${cloud.api}/receipts/${receipt?.code}`);
  expect(await shown.json()).toMatchObject({ receipt: { totalFen: 18 }, verification: { same: true } });
  const { body } = await operator.get(`/estates/${estateId}/overview`);
  const boards: { deviceId: string; online: boolean }[] = body.facilities[0].boards;
  expect(boards.find(({ deviceId }) => deviceId === post)).toMatchObject({
    online: true,
    silentAfterMs: 120_000,
  });
  expect(cloud.counters()).toMatchObject({ denied: {}, failures: {} });
  expect(await cloud.deadLetters()).toEqual([]);
  await board.end();
});
