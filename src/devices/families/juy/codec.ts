import type { AnswerBalance, DeviceCommand, StartSession } from '../../commands.ts';
import type { CardNumber } from '../../events.ts';
import {
  type Codec,
  type DecodeContext,
  type Decoded,
  type DeviceAddress,
  type DeviceMessage,
  type EncodedCommand,
  UnsupportedCommand,
} from '../../family.ts';
import { buildFrame, DataWriter, hexByte, JUY_COMMAND, parseFrame } from './frame.ts';
import { JUY_TABLES, parametersData, pricesData } from './tables.ts';
import { JUY_UPLINKS } from './uplink.ts';

/**
 * JUY 10/12-port charging boards.
 *
 * Source: JUY MQTT/TCP protocol V1.2 (2024-10-10), restated in docs/devices/juy.md. Framing is in frame.ts, what
 * boards say in uplink.ts, their tables in tables.ts; here are the topics and what boards are told.
 */
export const juy: Codec = { sender, decode, encode };

/** The document does not fix the spelling of a command in the topic, and the frame says it anyway. */
const UPLINK_TOPIC = /^JUY\/D2S\/([0-9]{15})\/(?:0[xX])?[0-9A-Fa-f]{2}\/DEV$/;
const IMEI = /^[0-9]{15}$/;
const U32_LIMIT = 2 ** 32;

const CHARGING_MODE_ENERGY = 4;
const START_KIND = { scan: 1, card: 2, admin: 3 } as const;
const BALANCE_RESULT = { ok: 0, unknown: 1, frozen: 2, 'too-little-money': 5, 'in-use': 6 } as const;
const HEARTBEAT_S = { min: 10, max: 250 } as const;

function sender(topic: string): string | undefined {
  return UPLINK_TOPIC.exec(topic)?.[1];
}

function decode(message: DeviceMessage, context: DecodeContext): Decoded {
  const imei = sender(message.topic);
  if (imei === undefined) return { ok: false, reason: 'unknown-topic', detail: 'not a topic of a JUY board' };
  const frame = parseFrame(message.payload);
  if (!frame.ok) return frame;
  const uplink = JUY_UPLINKS.get(frame.command) ?? JUY_TABLES.get(frame.command);
  const name = `command ${hexByte(frame.command)}`;
  if (uplink === undefined) return { ok: false, reason: 'unknown-command', detail: `${name} is not taken` };
  const expected = uplink.expectedBytes(frame.data);
  if (frame.data.length !== expected) {
    const detail = `${name} needs ${expected} bytes of data, has ${frame.data.length}`;
    return { ok: false, reason: 'bad-length', detail };
  }
  const event = uplink.read(frame.data, {
    imei,
    receivedAtMs: message.receivedAtMs,
    // 10 by the document's table, 1 by its change log: a board's own is provisioned.
    settlementUnitWh: context.settlementUnitWh ?? 10,
  });
  if ('refused' in event) return { ok: false, reason: event.refused, detail: event.detail };
  return { ok: true, events: [event] };
}

function encode(command: DeviceCommand, address: DeviceAddress): EncodedCommand {
  if (!IMEI.test(address.deviceId)) throw new RangeError('A JUY board is addressed by its IMEI of 15 digits');
  const [number, data] = downlink(command);
  return {
    topic: `JUY/S2D/${address.deviceId}/${hexByte(number)}/SERVER`,
    payload: buildFrame(number, data),
  };
}

/** Command number and DATA. The boards know no expiry: an expired command must not be sent to them at all. */
function downlink(command: DeviceCommand): [number, Uint8Array] {
  const data = new DataWriter();
  switch (command.type) {
    case 'answer-login':
      return [JUY_COMMAND.login, loginAnswer(data, command.heartbeatS, command.accepted)];
    case 'answer-heartbeat':
      return [JUY_COMMAND.heartbeat, data.zeros(1).done()];
    case 'start-session':
      return [JUY_COMMAND.start, startSession(data, command)];
    case 'stop-session':
      return [JUY_COMMAND.stop, portAndOrder(data, command)];
    case 'answer-settlement':
      return [JUY_COMMAND.settlement, portAndOrder(data, command)];
    case 'answer-local-start':
      return [JUY_COMMAND.localStart, portAndOrder(data, command)];
    case 'answer-balance':
      return [JUY_COMMAND.onlineCard, balanceAnswer(data, command)];
    case 'put-prices':
      return [JUY_COMMAND.putPrices, pricesData(data, command.prices)];
    case 'read-prices':
      return [JUY_COMMAND.readPrices, data.zeros(1).done()];
    case 'put-parameters':
      return [JUY_COMMAND.putParameters, parametersData(data, command.parameters)];
    case 'read-parameters':
      return [JUY_COMMAND.readParameters, data.zeros(1).done()];
    default:
      throw new UnsupportedCommand('juy', command.type);
  }
}

function loginAnswer(data: DataWriter, heartbeatS: number, accepted: boolean): Uint8Array {
  if (heartbeatS < HEARTBEAT_S.min || heartbeatS > HEARTBEAT_S.max) {
    throw new RangeError(`A JUY heartbeat is ${HEARTBEAT_S.min} to ${HEARTBEAT_S.max} s, not ${heartbeatS}`);
  }
  // The seven bytes of time are reserved, and zeros are accepted. 0xF0 (switch to the frame with the IMEI inside) is
  // only for TCP.
  return data
    .zeros(7)
    .u8('heartbeat', heartbeatS)
    .u8('result', accepted ? 0 : 1)
    .done();
}

function startSession(data: DataWriter, command: StartSession): Uint8Array {
  // The board counts in 0.01 kWh; what does not fill one is not paid for, so it is not given.
  const limitCentiKWh = Math.floor(command.energyLimitWh / 10);
  // What a board makes of a limit of 0 is not documented. It may well be "no limit".
  if (limitCentiKWh < 1) throw new RangeError('A JUY port cannot be started for less than 10 Wh');
  return port(data, command.port)
    .u32('order', command.order)
    .u8('start kind', START_KIND[command.startedBy])
    .u32('card', command.card === undefined ? 0 : u32Card(command.card))
    .u8('mode', CHARGING_MODE_ENERGY)
    .u32('energy limit', limitCentiKWh)
    .u32('available money', command.availableFen)
    .done();
}

function balanceAnswer(data: DataWriter, command: AnswerBalance): Uint8Array {
  return (
    port(data, command.port)
      .u32('card', u32Card(command.card))
      // The document gives no unit; 0.01 yuan is that of the other money fields. A board cannot show a debt.
      .u32('balance', Math.max(0, command.balanceFen))
      .u8('result', BALANCE_RESULT[command.result])
      .done()
  );
}

function portAndOrder(
  data: DataWriter,
  target: { readonly port: number; readonly order: number },
): Uint8Array {
  return port(data, target.port).u32('order', target.order).done();
}

function port(data: DataWriter, number: number): DataWriter {
  if (number === 0) throw new RangeError('Ports of a JUY board are counted from 1');
  return data.u8('port', number);
}

function u32Card(card: CardNumber): number {
  const number = Number(card.number);
  if (card.form !== 'board' || !/^[0-9]+$/.test(card.number) || number >= U32_LIMIT) {
    throw new RangeError('A JUY board knows a card only by the number it reports itself');
  }
  return number;
}
