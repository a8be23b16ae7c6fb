import type { DeviceCommand } from './commands.ts';
import type { DeviceEvent } from './events.ts';

/** The broker's name of a device: its thing name, its MQTT client id and its part of every topic. */
export const DEVICE_NAME = /^[A-Za-z0-9:_-]{1,128}$/;

/** A message as the rule hands it over: bytes, and what the broker itself knows about the sender. */
export interface DeviceMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAtMs: number;
}

/** What a codec needs to know of the device that sent a message. */
export interface DecodeContext {
  /** IANA zone of the estate, e.g. `Asia/Shanghai`: some boards send bare wall-clock times. */
  readonly timeZone: string;
  /** Wh in one unit of a JUY settlement's energy field: 10 by its table, 1 by its change log. */
  readonly settlementUnitWh: number;
}

export type Decoded =
  | { readonly ok: true; readonly events: readonly DeviceEvent[] }
  | { readonly ok: false; readonly reason: DecodeRefusal; readonly detail: string };

/** Why a message was not taken. The names are shown to managers and counted. */
export type DecodeRefusal =
  | 'bad-length'
  | 'bad-checksum'
  | 'bad-frame'
  | 'bad-json'
  | 'bad-payload'
  | 'unknown-command'
  | 'unknown-topic'
  | 'device-mismatch';

/** One message to one device. */
export interface EncodedCommand {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * One family of devices: bytes ⇄ canonical events and commands, pure. `decode` never throws, whatever the bytes.
 */
export interface Family {
  readonly name: FamilyName;
  /** The connection (board, gateway or thing) that this topic belongs to, or undefined for a foreign topic. */
  sender(topic: string): string | undefined;
  decode(message: DeviceMessage, context: DecodeContext): Decoded;
  /**
   * `address.deviceId` is the device; `address.gatewayId` the gateway it stands behind, where it does.
   * Throws UnsupportedCommand for a command this family does not know.
   */
  encode(command: DeviceCommand, address: DeviceAddress): EncodedCommand;
}

export type FamilyName = 'juy' | 'uhppoted' | 'pengyou';

export interface DeviceAddress {
  readonly deviceId: string;
  readonly gatewayId?: string;
}

/** A command that this family of devices cannot be given: a mistake of ours, never of a device. */
export class UnsupportedCommand extends Error {
  override readonly name = 'UnsupportedCommand';
  constructor(family: FamilyName, command: DeviceCommand['type']) {
    super(`A ${family} device has no command ${command}`);
  }
}
