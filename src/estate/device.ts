import * as z from 'zod/mini';
import { type Name, nameSchema } from '../../contract/shapes/name.ts';
import { directionSchema } from '../../contract/shapes/overview.ts';

const common = { deviceId: z.string(), estateId: z.string(), timeZone: z.string(), family: z.string() };

/**
 * A device as the registry knows it. The zone and the facility are copied into it, so that a swipe needs no second
 * read; provisioning writes them, and nothing else does.
 */
export const deviceSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('charging-board'),
    facilityId: z.string(),
    ports: z.int(),
    /** Wh in one unit of a settlement's energy field; a property of the board model. */
    settlementUnitWh: z.optional(z.int()),
    login: z.optional(z.object({ user: z.string(), passwordHash: z.string() })),
  }),
  z.object({
    ...common,
    kind: z.literal('reader'),
    facilityId: z.string(),
    direction: z.enum(['in', 'out']),
    name: nameSchema,
  }),
  z.object({ ...common, kind: z.literal('door-gateway') }),
  z.object({
    ...common,
    kind: z.literal('door-board'),
    gatewayId: z.string(),
    facilityId: z.string(),
    doors: z.array(z.object({ door: z.int(), name: nameSchema, direction: directionSchema })),
  }),
  z.object({
    ...common,
    kind: z.literal('sensor'),
    sensor: z.enum(['bay', 'smoke', 'corridor', 'gate']),
    facilityId: z.optional(z.string()),
    place: nameSchema,
  }),
]);

export type Device = z.infer<typeof deviceSchema>;
export type ChargingBoard = Extract<Device, { kind: 'charging-board' }>;
export type Reader = Extract<Device, { kind: 'reader' }>;
export type DoorBoard = Extract<Device, { kind: 'door-board' }>;
export type Sensor = Extract<Device, { kind: 'sensor' }>;

/** How to reach a device with a command. */
export function addressOf(device: Device) {
  return {
    family: device.family,
    deviceId: device.deviceId,
    ...(device.kind === 'door-board' ? { gatewayId: device.gatewayId } : {}),
  };
}

/** The doors that a device opens; a reader's own lock is its door 1. */
export function doorsOf(device: Device): { door: number; direction: 'in' | 'out' | 'both'; name: Name }[] {
  if (device.kind === 'door-board') return device.doors;
  return device.kind === 'reader' ? [{ door: 1, direction: device.direction, name: device.name }] : [];
}
