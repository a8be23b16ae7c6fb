import * as z from 'zod/mini';
import { uidNumber } from '../../../../src/devices/card-number.ts';
import type { DeviceEvent } from '../../../../src/devices/events.ts';
import {
  type BrokerPart,
  type Codec,
  type Decoded,
  type Family,
  UnsupportedCommand,
} from '../../../../src/devices/family.ts';
import { parseJson } from '../../../../src/devices/json-payload.ts';
import { ownOf } from '../../../../src/shared/own.ts';

/**
 * Lampo: a family that nobody makes, of charging posts with a client certificate. docs/devices/adding-a-family.md walks
 * through it, and test/system/made-up-family.test.ts puts it into the tree and charges at one of its posts.
 *
 * A post says `lampo/<post>/says/<what>` and is told `lampo/<post>/told/<command>`, both in JSON.
 */
const name = 'lampo';
const TOPIC = /^lampo\/([A-Za-z0-9:_-]{1,128})\/says\/([a-z]+)$/;

const count = z.int().check(z.nonnegative());
const port = z.int().check(z.minimum(1), z.maximum(2));
const session = { port, order: count };

type Reader = (value: unknown, deviceId: string) => DeviceEvent | undefined;
const reading =
  <T>(schema: z.ZodMiniType<T>, eventOf: (said: T, deviceId: string) => DeviceEvent): Reader =>
  (value, deviceId) => {
    const { data } = schema.safeParse(value);
    return data && eventOf(data, deviceId);
  };

/** What each kind of message tells. */
const says: Readonly<Record<string, Reader>> = {
  card: reading(
    z.object({ id: z.string(), port, uid: z.string().check(z.regex(/^[0-9A-F]{8}$/)) }),
    ({ id, port, uid }, deviceId) => {
      const common = { deviceId, identity: `card:${id}`, port, card: uidNumber(uid) };
      return { type: 'card-at-port', action: 'start', ...common };
    },
  ),
  started: reading(z.object(session), ({ port, order }, deviceId) => {
    const common = { deviceId, identity: `started:${order}`, port, order };
    return { type: 'session-start-answer', result: 'started', ...common };
  }),
  energy: reading(
    z.object({ ...session, powerW: count, chargingS: count, energyWh: count }),
    ({ order, ...reading }, deviceId) => {
      const common = { deviceId, identity: `energy:${order}:${reading.chargingS}` };
      const board = { voltageDeciV: 2200, boardTemperatureC: 20 };
      const ports = [{ ...reading, claimedFen: 0, portTemperatureC: 20 }];
      return { type: 'meter-frame', ...common, ...board, ports };
    },
  ),
  settled: reading(
    z.object({ ...session, durationS: count, energyWh: count, fen: count }),
    ({ fen, ...said }, deviceId) => {
      const common = { deviceId, identity: `settled:${said.order}`, ...said, claimedFen: fen };
      return { type: 'settlement', ...common, stopReason: 'full', powerAtStopW: 0, bands: [] };
    },
  ),
};

const codec: Codec = {
  sender: (topic) => TOPIC.exec(topic)?.[1],
  decode({ topic, payload }): Decoded {
    const [, post, kind = ''] = TOPIC.exec(topic) ?? [];
    const read = ownOf(says, kind);
    if (post === undefined || read === undefined)
      return { ok: false, reason: 'unknown-topic', detail: 'not a topic of a post' };
    const json = parseJson(payload, 1024);
    if (!json.ok) return json;
    const event = read(json.value, post);
    return event === undefined
      ? { ok: false, reason: 'bad-payload', detail: `${kind} is not as documented` }
      : { ok: true, events: [event] };
  },
  encode(command, { deviceId }) {
    if (!['start-session', 'stop-session', 'answer-settlement', 'answer-balance'].includes(command.type))
      throw new UnsupportedCommand(name, command.type);
    const payload = new TextEncoder().encode(JSON.stringify(command));
    return { topic: `lampo/${deviceId}/told/${command.type}`, payload };
  },
};

export const family: Family = {
  name,
  codec,
  kinds: { 'charging-board': { silentAfterS: 120 } },
  keepsPrices: false,
  flood: { perS: 5, burst: 100 },
};

/** What nobody waits for. */
const isEnergy = "regexp_matches(topic(4), '^energy$')";

export const broker: BrokerPart = {
  name,
  login: 'certificate',
  lanes: [
    { rule: 'lampo_waiting', from: 'lampo/+/says/+', unless: isEnergy, to: 'charging' },
    { rule: 'lampo_energy', from: 'lampo/+/says/+', where: isEnergy, to: 'bulk' },
  ],
  told: 'lampo/*/told/*',
  rights: (post) => ({
    publish: [`lampo/${post}/says/*`],
    neverPublish: [`lampo/${post}/says/*/*`],
    hear: [`lampo/${post}/told/*`],
  }),
};
