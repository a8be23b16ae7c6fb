import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { brokerPartOf } from '../src/devices/families/all.ts';
import { DEVICE_NAME } from '../src/devices/family.ts';
import { type Device, deviceSchema } from '../src/estate/device.ts';
import { keys } from '../src/shared/keys.ts';
import { dynamoTable } from '../src/shared/table-dynamodb.ts';
import { type Answer, badUse, commandOf } from './command.ts';
import { findLocalCloud } from './connection.ts';
import { CommandRefused } from './refusal.ts';

const USAGE = `pengyou device certificate <thing> [--out DIR]
pengyou device certificate <thing> --aws
  <thing>    the device's name, as it was provisioned
  --out DIR  where key, certificate and CA are written (.local/devices/<thing>)
  --aws      what makes the same on AWS, as commands to be run by whoever may
  --json     the same as one JSON text; an error as one line of JSON beside the output
Without --aws the local cloud that \`npm start\` runs here signs it.
docs/protocol.md says how a device speaks, docs/operations.md#a-device-of-ones-own how it joins.`;

/** What a device needs to connect, and files that hold it. */
interface Joined {
  readonly thing: string;
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly authorityFile: string;
}

export const run = commandOf({
  name: 'device',
  usage: USAGE,
  options: { out: { type: 'string' }, aws: { type: 'boolean', default: false } },
  words: { least: 2, most: 2 },
  run: async ({ values: { out, aws }, positionals: [verb, thing = ''] }): Promise<Answer> => {
    if (verb !== 'certificate') throw badUse('device', `There is no device ${verb}`);
    if (!DEVICE_NAME.test(thing)) throw badUse('device', `${thing} is no name of a device`);
    if (aws) return { result: { commands: onAws(thing) }, lines: onAws(thing) };
    const local = findLocalCloud(process.env);
    const { mqtt, certificateAuthorityFile, gateway, table } = local;
    if (!mqtt || !certificateAuthorityFile || !gateway || !table)
      throw new CommandRefused('no-api', 'The local cloud that runs here is older: start it again');
    const device = await registered(gateway, table, thing);
    if (device === undefined) throw new CommandRefused('not-found', provisionFirst(local, thing));
    mustHaveCertificate(device);
    const directory = resolve(out ?? join(import.meta.dirname, '../.local/devices', thing));
    const identity = await sign(local.adminUrl, thing);
    const joined: Joined = { thing, ...mqtt, clientId: thing, ...filesIn(directory, thing) };
    mkdirSync(directory, { recursive: true });
    writeFileSync(joined.keyFile, identity.key, { mode: 0o600 });
    writeFileSync(joined.certificateFile, identity.certificate);
    writeFileSync(joined.authorityFile, readFileSync(certificateAuthorityFile));
    const clock = await clockOf(local.adminUrl);
    return { result: { ...joined, clock }, lines: told(joined, device, local.adminUrl, clock.speed) };
  },
});

const filesIn = (directory: string, thing: string) => ({
  keyFile: join(directory, `${thing}.key.pem`),
  certificateFile: join(directory, `${thing}.cert.pem`),
  authorityFile: join(directory, 'authority.pem'),
});

/** Nothing here is sent by a person who waits: what the table leaves out is asked for at once. */
const noPause = async () => {};

async function registered(gateway: string, tableName: string, thing: string): Promise<Device | undefined> {
  const credentials = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: gateway, region: 'us-east-1', credentials });
  try {
    const [item] = await dynamoTable(client, tableName, noPause).get([keys.device(thing)]);
    return item === undefined ? undefined : deviceSchema.parse(item['device']);
  } finally {
    client.destroy();
  }
}

function provisionFirst({ api, adminUrl }: { api: string; adminUrl: string }, thing: string): string {
  const record = `{"kind":"reader","deviceId":"${thing}","facilityId":"…","direction":"in","name":{"zh":"…","en":"…"}}`;
  return (
    `${thing} is in no estate: provision it first. An operator's token: curl -s ${adminUrl}/tokens -d ` +
    `'{"sub":"me","roles":"operator","estates":"<estate>"}'; then curl ${api}/estates/<estate>/provision ` +
    `-H 'authorization: Bearer <accessToken>' -d '{"records":[${record}]}' (docs/operations.md#a-device-of-ones-own)`
  );
}

function mustHaveCertificate({ family, kind, deviceId }: Device): void {
  if (brokerPartOf(family).login === 'password')
    throw new CommandRefused(
      'bad-usage',
      `${deviceId} signs in by user name and password, not by certificate`,
    );
  if (kind === 'door-board')
    throw new CommandRefused(
      'bad-usage',
      `${deviceId} stands behind a gateway: the gateway has the certificate`,
    );
}

async function sign(adminUrl: string, thing: string) {
  const answer = await fetch(`${adminUrl}/devices/${encodeURIComponent(thing)}`, { method: 'POST' });
  return z.parse(z.object({ key: z.string(), certificate: z.string() }), await answer.json());
}

async function clockOf(adminUrl: string) {
  const answer = await fetch(`${adminUrl}/clock`);
  return z.parse(z.object({ nowMs: z.number(), speed: z.number() }), await answer.json());
}

function told(joined: Joined, device: Device, adminUrl: string, speed: number): string[] {
  const { thing, host, port, keyFile, certificateFile, authorityFile } = joined;
  const files = `--cafile ${authorityFile} --cert ${certificateFile} --key ${keyFile}`;
  // The world's own clock: it need not be this machine's.
  const now = `'$(curl -s ${adminUrl}/clock | grep -o '[0-9]\\{12,\\}')'`;
  const event = { id: `'$(date +%s%N)'`, atMs: now };
  const hello = brokerPartOf(device.family).hello?.(device.kind, thing, event);
  const speak = hello?.answer === undefined ? 'mosquitto_pub' : 'mosquitto_rr';
  const hear = hello?.answer === undefined ? '' : ` -e ${hello.answer}`;
  return [
    `mqtts://${host}:${port}, client id ${thing}`,
    `  key          ${keyFile}`,
    `  certificate  ${certificateFile}`,
    `  CA           ${authorityFile}`,
    ...(hello === undefined
      ? []
      : [
          'Say something, with Mosquitto:',
          `  ${speak} -V mqttv311 -h ${host} -p ${port} -i ${thing} -q 1 ${files} -t ${hello.topic}${hear} -m '${hello.payload}'`,
        ]),
    'With mqtt.js:',
    `  mqtt.connect('mqtts://${host}:${port}', { clientId: '${thing}', key: fs.readFileSync('${keyFile}'), cert: fs.readFileSync('${certificateFile}'), ca: fs.readFileSync('${authorityFile}') })`,
    ...(speed === 1
      ? []
      : [
          `The world's clock runs ${speed} times as fast as yours, and so a swipe is too late ${speed} times as soon:`,
          '  for a device of your own, begin with `npm start -- --fresh --speed 1`.',
        ]),
  ];
}

/** Who may make things in an account is for that account to say, so they are only written down here. */
function onAws(thing: string): string[] {
  return [
    `aws iot create-thing --thing-name ${thing}`,
    `arn=$(aws iot create-keys-and-certificate --set-as-active --certificate-pem-outfile ${thing}.cert.pem --private-key-outfile ${thing}.key.pem --query certificateArn --output text)`,
    'aws iot attach-policy --policy-name <DevicePolicyName, an output of the stack> --target "$arn"',
    `aws iot attach-thing-principal --thing-name ${thing} --principal "$arn"`,
    'curl -o authority.pem https://www.amazontrust.com/repository/AmazonRootCA1.pem',
    'aws iot describe-endpoint --endpoint-type iot:Data-ATS --query endpointAddress --output text',
  ];
}
