import * as z from 'zod/mini';
import { electricityClassSchema } from '../billing/tariff.ts';
import { directionSchema, nameSchema } from './device.ts';

const id = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/));
const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const cardUid = z.string().check(z.regex(/^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{14})$/));
const tenBytes = z.string().check(z.regex(/^[\x21-\x7e]{1,10}$/));

export const credentialRecordSchema = z.object({
  credentialId: id,
  householdId: id,
  cardUid,
  facilities: z.array(id).check(z.maxLength(50)),
  validFrom: date,
  validUntil: date,
});

/** One line of an estate's configuration, as an operator writes it. Writing the same again changes nothing. */
export const recordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('estate'),
    name: nameSchema,
    timeZone: z.string(),
    committeeWebhookUrl: z.optional(z.url()),
  }),
  z.object({
    kind: z.literal('tariff'),
    tariffVersion: z.string().check(z.minLength(1), z.maxLength(40)),
    electricity: z.array(electricityClassSchema).check(z.minLength(1), z.maxLength(48)),
    serviceMilliYuanPerKWh: z.int(),
    holdFen: z.int(),
    effectiveFromMs: z.int(),
  }),
  z.object({
    kind: z.literal('facility'),
    facilityId: id,
    facilityKind: z.enum(['shed', 'garage']),
    name: nameSchema,
    bays: z.int().check(z.minimum(0), z.maximum(5000)),
  }),
  z.object({
    kind: z.literal('charging-board'),
    deviceId: z.string().check(z.regex(/^\d{15}$/)),
    facilityId: id,
    ports: z.int().check(z.minimum(1), z.maximum(20)),
    login: z.object({ user: tenBytes, password: tenBytes }),
    settlementUnitWh: z.union([z.literal(1), z.literal(10)]),
  }),
  z.object({
    kind: z.literal('reader'),
    deviceId: id,
    facilityId: id,
    direction: z.enum(['in', 'out']),
    name: nameSchema,
  }),
  z.object({ kind: z.literal('door-gateway'), deviceId: id }),
  z.object({
    kind: z.literal('door-board'),
    deviceId: z.string().check(z.regex(/^\d{1,10}$/)),
    gatewayId: id,
    facilityId: id,
    doors: z
      .array(
        z.object({
          door: z.int().check(z.minimum(1), z.maximum(4)),
          name: nameSchema,
          direction: directionSchema,
        }),
      )
      .check(z.minLength(1), z.maxLength(4)),
  }),
  z.object({
    kind: z.literal('sensor'),
    deviceId: id,
    sensor: z.enum(['bay', 'smoke', 'corridor', 'gate']),
    facilityId: z.optional(id),
    place: nameSchema,
  }),
  z.object({ kind: z.literal('household'), householdId: id, building: z.string(), unit: z.string() }),
  z.extend(credentialRecordSchema, { kind: z.literal('credential') }),
  z.object({
    kind: z.literal('top-up'),
    transferId: id,
    householdId: id,
    amountFen: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  }),
]);
export type ProvisioningRecord = z.infer<typeof recordSchema>;

export const provisioningSchema = z.object({
  records: z.array(recordSchema).check(z.minLength(1), z.maxLength(100)),
});
