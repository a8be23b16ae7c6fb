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
  /** Wh in one unit of a settlement's energy field, where that depends on the model. */
  readonly settlementUnitWh?: number | undefined;
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

/** Bytes ⇄ canonical events and commands, pure. `decode` never throws, whatever the bytes. */
export interface Codec {
  /** The connection (board, gateway or thing) that this topic belongs to, or undefined for a foreign topic. */
  sender(topic: string): string | undefined;
  decode(message: DeviceMessage, context: DecodeContext): Decoded;
  /**
   * `address.deviceId` is the device; `address.gatewayId` the gateway it stands behind, where it does.
   * Throws UnsupportedCommand for a command this family does not know.
   */
  encode(command: DeviceCommand, address: DeviceAddress): EncodedCommand;
}

export interface DeviceAddress {
  readonly deviceId: string;
  readonly gatewayId?: string;
}

/** A command that this family of devices cannot be given: a mistake of ours, never of a device. */
export class UnsupportedCommand extends Error {
  override readonly name = 'UnsupportedCommand';
  constructor(family: string, command: DeviceCommand['type']) {
    super(`A ${family} device has no command ${command}`);
  }
}

/** What a device is for. What is written of one when it is provisioned is in contract/shapes/provisioning.ts. */
export type DeviceKind = 'charging-board' | 'reader' | 'door-gateway' | 'door-board' | 'sensor';

/** One family of devices, as the functions know it. */
export interface Family {
  readonly name: string;
  readonly codec: Codec;
  readonly kinds: Readonly<Partial<Record<DeviceKind, KindTraits>>>;
  /** Its charging boards keep price tables, and are told them: board-tables.ts. */
  readonly keepsPrices: boolean;
  /**
   * How many messages of one connection a function takes: `burst` at once, as after an hour without a connection, and
   * `perS` in each second from then on.
   */
  readonly flood: Flood;
}

/** What is a family's own of one kind of its devices. */
export interface KindTraits {
  /** After how long a silence such a device is shown as away. */
  readonly silentAfterS: number;
  /** How such devices are called, where not every name of a thing will do. */
  readonly named?: RegExp;
  /** What must be written of such a device, though it may be absent of others of its kind. */
  readonly needs?: readonly string[];
}

export interface Flood {
  readonly perS: number;
  readonly burst: number;
}

/** The same family, as the broker is told of it when the cloud is deployed, and when a device signs in. */
export interface BrokerPart {
  readonly name: string;
  /** Its own client certificate, or MQTT user name and password on the endpoint of those that have none. */
  readonly login: 'certificate' | 'password';
  readonly lanes: readonly Lane[];
  /** Below which topic the cloud sends commands; a star stands for anything. */
  readonly told: string;
  /** What one device may do. */
  rights(device: string): Rights;
  /** For a person who tries a device with a certificate: something harmless for it to say. */
  hello?(kind: DeviceKind, device: string, event: { readonly id: string; readonly atMs: string }): Hello;
}

/** One way in: a topic rule, and who takes what it selects. */
export interface Lane {
  /** The rule's name; part of its topic for Basic Ingest, so it is fixed. */
  readonly rule: string;
  readonly from: string;
  /** Conditions in the SQL of AWS IoT: what must hold, or what must not. Two, so that both are plain texts. */
  readonly where?: string;
  readonly unless?: string;
  /** Where somebody waits: at a door, at a port, in danger. Everything else goes in batches. */
  readonly to: 'access' | 'charging' | 'alarm' | 'bulk';
}

/** Topics of one device; a star stands for anything, slashes too. */
export interface Rights {
  readonly publish: readonly string[];
  /** What `publish` would let through and no rule takes: it would be accepted and lost. */
  readonly neverPublish: readonly string[];
  readonly hear: readonly string[];
}

export interface Hello {
  readonly topic: string;
  readonly payload: string;
  /** The topic of the answer, where there is one. */
  readonly answer?: string;
}
