import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../cli/device.ts';
import { EXCHANGE, EXCHANGE_AT_MS, EXCHANGE_READER } from '../../docs/protocol-exchange.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { provision } from '../../simulator/provision.ts';
import { caller, testCloud } from '../support/cloud.ts';
import { boardId, estateId, estateRecords } from '../support/estate.ts';

let cloud: LocalCloud;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'own-device-'));
  cloud = await testCloud({ clock: steppedClock(EXCHANGE_AT_MS) });
  const certificateAuthorityFile = join(directory, 'ca.pem');
  writeFileSync(certificateAuthorityFile, cloud.certificateAuthority);
  const { api, adminUrl, mqtt: broker, gateway } = cloud;
  const reach = {
    api,
    adminUrl,
    mqtt: broker,
    gateway,
    certificateAuthorityFile,
    table: cloud.tables().names[0],
  };
  process.env['PENGYOU_LOCAL'] = JSON.stringify(reach);
  const name = { zh: '进口', en: 'Way in' };
  await provision(await caller(cloud, 'operator', estateId), estateId, [
    ...estateRecords(),
    { kind: 'reader', deviceId: EXCHANGE_READER, facilityId: 'garage', direction: 'in', name },
  ]);
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the command says, and its exit code. */
async function device(...args: string[]) {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await run(
    args,
    (line) => said.push(line),
    (line) => complained.push(line),
  );
  return { code, said, complained };
}

test('a device joins with the files that the command wrote, and the exchange of the documentation happens to the byte', async () => {
  const out = join(directory, 'own');
  const { code, said, complained } = await device('certificate', EXCHANGE_READER, '--out', out, '--json');
  expect({ code, complained }).toEqual({ code: 0, complained: [] });
  const joined = JSON.parse(said.join(''));
  expect(statSync(joined.keyFile).mode & 0o777).toBe(0o600);
  const client = await mqtt.connectAsync(`mqtts://${joined.host}:${joined.port}`, {
    clientId: joined.clientId,
    key: readFileSync(joined.keyFile),
    cert: readFileSync(joined.certificateFile),
    ca: readFileSync(joined.authorityFile),
    protocolVersion: 4,
    connectTimeout: 60_000,
  });
  const heard: { topic: string; payload: string }[] = [];
  client.on('message', (topic, payload) => heard.push({ topic, payload: payload.toString() }));
  await client.subscribeAsync(`pengyou/${EXCHANGE_READER}/down/+`, { qos: 1 });
  for (const { who, topic, payload } of EXCHANGE) {
    if (who === 'says') await client.publishAsync(topic, payload, { qos: 1 });
    else await expect.poll(() => heard.shift(), { timeout: 60_000 }).toEqual({ topic, payload });
  }
  await cloud.idle();
  expect(heard).toEqual([]);
  const manager = await caller(cloud, 'manager', estateId);
  const { facilities } = (await manager.get(`/estates/${estateId}/overview`)).body;
  expect(facilities).toMatchObject([{ facilityId: 'garage', occupancy: { inside: 1 } }]);
  await client.endAsync(true);
});

test('one that was not provisioned is told so, and how', async () => {
  const { code, said, complained } = await device('certificate', 'my-reader', '--out', directory);
  expect({ code, said }).toEqual({ code: 2, said: [] });
  expect(complained.join()).toMatch(
    /^not-found: my-reader is in no estate: provision it first\..*\/provision/,
  );
});

test('a person is told the address, the files and a command that speaks', async () => {
  const { code, said } = await device('certificate', EXCHANGE_READER, '--out', join(directory, 'told'));
  expect(code).toBe(0);
  expect(said.join('\n')).toContain(`mqtts://127.0.0.1:${cloud.mqtt.port}, client id ${EXCHANGE_READER}`);
  expect(said.join('\n')).toMatch(/mosquitto_rr .* -i ziyun-garage-in-1 .*up\/swipe -e .*down\/unlock/);
});

test.each([
  [boardId, 'signs in by user name and password'],
  ['405419896', 'stands behind a gateway'],
])('a board that needs none, %s, is told so: it %s', async (thing, words) => {
  const { code, complained } = await device('certificate', thing, '--out', directory);
  expect(code).toBe(2);
  expect(complained.join()).toContain(`${thing} ${words}`);
});

test('on AWS it is said which commands make the same', async () => {
  const { code, said } = await device('certificate', 'my-reader', '--aws');
  expect(code).toBe(0);
  expect(said.join('\n')).toContain('aws iot attach-thing-principal --thing-name my-reader');
});
