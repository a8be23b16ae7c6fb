import * as z from 'zod';
import { DOWNLINK_SCHEMAS } from '../src/devices/families/pengyou/downlinks.ts';
import { UPLINK_SCHEMAS } from '../src/devices/families/pengyou/schemas.ts';

/** The part of JSON Schema that our schemas come out as. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly items?: FieldSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** One JSON message, as the documents show it. */
export interface ProtocolMessage {
  readonly direction: 'up' | 'down';
  readonly kind: string;
  readonly schema: FieldSchema;
  readonly example: unknown;
}

const AT_MS = 1_795_420_800_000;
const READER = 'ziyun-garage-in-1';

const UPLINK_EXAMPLES: Record<keyof typeof UPLINK_SCHEMAS, unknown> = {
  swipe: { id: 'b7-1042', device: READER, atMs: AT_MS, card: '047C9A22' },
  'door-passed': { id: 'b7-1043', device: READER, atMs: AT_MS + 4200, swipe: 'b7-1042' },
  bay: { id: '88121', device: 'ziyun-bays-3', atMs: AT_MS, bays: [{ bay: 17, occupied: true }] },
  corridor: { id: '20261123-0007', device: 'ziyun-corridor-8-2', atMs: AT_MS, vehicles: 1, confidence: 0.93 },
  smoke: { id: 's-31', device: 'ziyun-smoke-shed-2', atMs: AT_MS, level: 'alarm' },
  gate: { id: 'g-90210', device: 'ziyun-gate-east', atMs: AT_MS, direction: 'in', vehicle: 'e-bike' },
  ack: { id: 'b7-1044', device: READER, atMs: AT_MS + 350, command: 'unlock-5f3a', result: 'done' },
  health: { id: 'h-5512', device: READER, atMs: AT_MS, detail: 'supply 12.1 V' },
};

const DOWNLINK_EXAMPLES: Record<keyof typeof DOWNLINK_SCHEMAS, unknown> = {
  unlock: { command: 'unlock-5f3a', expiresAtMs: AT_MS + 10_000, door: 1, swipe: 'b7-1042' },
  refuse: { swipe: 'b7-1042', reason: 'credential-revoked' },
  'hold-open': { command: 'hold-77c1', expiresAtMs: AT_MS + 600_000, door: 1 },
  release: { command: 'release-77c2', expiresAtMs: AT_MS + 600_000, door: 1 },
};

/** Every message, uplinks first, in the order of the schemas. */
export function protocolMessages(): ProtocolMessage[] {
  return [
    ...messages('up', UPLINK_SCHEMAS, UPLINK_EXAMPLES),
    ...messages('down', DOWNLINK_SCHEMAS, DOWNLINK_EXAMPLES),
  ];
}

function messages(
  direction: ProtocolMessage['direction'],
  schemas: Readonly<Record<string, z.core.$ZodType>>,
  examples: Readonly<Record<string, unknown>>,
): ProtocolMessage[] {
  return Object.entries(schemas).map(([kind, schema]) => {
    // What a sender may write: members that we do not name are ignored, so the schema must not forbid them. Draft 7 is
    // what AsyncAPI's own schema objects build on.
    const { $schema, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
    return { direction, kind, schema: jsonSchema as FieldSchema, example: examples[kind] };
  });
}
