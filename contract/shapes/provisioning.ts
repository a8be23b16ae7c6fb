import * as z from 'zod/mini';
import { splitRuleSchema } from './books.ts';
import { nameSchema } from './name.ts';
import { directionSchema } from './overview.ts';
import { tariffSchema } from './tariff.ts';

/** A card's own bytes in hex: 4, 7 or 10 of them, the sizes of ISO/IEC 14443. */
export const UID_HEX = /^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{20})$/;

const id = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/));

/**
 * A thing's name, in the letters that its family addresses, beginning as every id does. Families would take 128 of
 * them, but a command's id is made of the device's and the event's, and has no more than 128 itself. Pages come in
 * under names of their own.
 */
export const thingName = z.string().check(z.regex(/^(?!page-)[A-Za-z0-9][A-Za-z0-9:_-]{0,59}$/));

/** The serial number of a door board, as its family writes it: a positive number of 32 bits, in one way only. */
const serialNumber = z.string().check(
  z.regex(/^[1-9]\d{0,9}$/),
  z.refine((text) => Number(text) <= 0xffff_ffff),
);

/** A day that there is: boards and comparisons make something else of 31 February, each its own. */
const date = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}$/),
  z.refine((text) => {
    const atMs = Date.parse(`${text}T00:00:00Z`);
    return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
  }),
);

const cardUid = z.string().check(
  z.regex(UID_HEX),
  // A board calls it by its last four bytes, and 0 is how boards say "no card".
  z.refine((uid) => !/0{8}$/.test(uid)),
);

const words = z.string().check(z.minLength(1), z.maxLength(40));

/**
 * The family of a device that is new, where several have its kind: without it, the first that has. What stands stays
 * what it is. A family may ask for more than its kind does: docs/devices/ says which.
 */
const family = z.optional(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,29}$/)));

const tenBytes = z.string().check(z.regex(/^[\x21-\x7e]{1,10}$/));

/** A member that may be absent, which keeps what stands, or `null`, which removes it. */
const kept = <T extends z.ZodMiniType>(schema: T) => z.optional(z.nullable(schema));

export const credentialRecordSchema = z.object({
  credentialId: id,
  householdId: id,
  /** Whose card it is in its household, for a limit of one's own; absent keeps what is known of the card. */
  memberId: kept(id),
  cardUid,
  facilities: z.array(id).check(z.maxLength(50)),
  validFrom: date,
  validUntil: date,
});

/**
 * One line of an estate's configuration, as an operator writes it. Writing the same again changes nothing; what is
 * absent stays as it is, `null` removes it. What of it needs a second person is said in src/settings/rules.ts.
 */
export const recordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('estate'),
    name: nameSchema,
    timeZone: z.string().check(z.maxLength(60)),
    committeeWebhookUrl: kept(z.string().check(z.maxLength(1000))),
    /** Cash above it, for one household on one local day, needs a second person; 0: all cash does. */
    cashApprovalFen: kept(z.int().check(z.minimum(0), z.maximum(10_000_000))),
  }),
  // The zone and the currency are the estate's.
  z.extend(z.omit(tariffSchema, { timeZone: true, currency: true }), { kind: z.literal('tariff') }),
  z.object({
    kind: z.literal('facility'),
    facilityId: id,
    facilityKind: z.enum(['shed', 'garage']),
    name: nameSchema,
    bays: z.int().check(z.minimum(0), z.maximum(5000)),
  }),
  z.object({
    kind: z.literal('charging-board'),
    family,
    deviceId: thingName,
    facilityId: id,
    ports: z.int().check(z.minimum(1), z.maximum(20)),
    /** For a family whose boards sign in by user name and password; absent keeps what stands. */
    login: z.optional(z.object({ user: tenBytes, password: tenBytes })),
    /** Wh in one unit of a settlement, for a family that leaves it to the model; absent keeps what stands. */
    settlementUnitWh: z.optional(z.union([z.literal(1), z.literal(10)])),
  }),
  z.object({
    kind: z.literal('reader'),
    family,
    deviceId: thingName,
    facilityId: id,
    direction: z.enum(['in', 'out']),
    name: nameSchema,
  }),
  z.object({ kind: z.literal('door-gateway'), family, deviceId: thingName }),
  z.object({
    kind: z.literal('door-board'),
    family,
    deviceId: serialNumber,
    gatewayId: thingName,
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
    family,
    deviceId: thingName,
    sensor: z.enum(['bay', 'smoke', 'corridor', 'gate']),
    facilityId: kept(id),
    place: nameSchema,
  }),
  z.object({
    kind: z.literal('household'),
    householdId: id,
    building: words,
    unit: words,
    /** Who answers for its account, by the subject of their token; where nobody is named, all of its residents do. */
    holderId: kept(z.string().check(z.minLength(1), z.maxLength(255))),
  }),
  z.extend(credentialRecordSchema, { kind: z.literal('credential') }),
  z.object({
    kind: z.literal('top-up'),
    transferId: id,
    householdId: id,
    amountFen: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  }),
  z.extend(splitRuleSchema, { kind: z.literal('split-rule') }),
]);

export type ProvisioningRecord = z.infer<typeof recordSchema>;

export const provisioningSchema = z.object({
  records: z.array(recordSchema).check(z.minLength(1), z.maxLength(100)),
});
