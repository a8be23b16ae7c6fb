import * as z from 'zod/mini';
import { UID_HEX } from '../../../../contract/shapes/provisioning.ts';
import { DEVICE_NAME } from '../../family.ts';

/**
 * Every message that devices send in our own JSON, described field by field; what they are told is in downlinks.ts. docs/protocol.md and docs/asyncapi.json are generated
 * from these schemas (`npm run docs`), so a description here is what a maker of devices reads.
 *
 * Members that a schema does not name are ignored, so that a device may be newer than the cloud.
 */

/** A payload longer than this is refused unread. */
export const PAYLOAD_LIMIT_BYTES = 8 * 1024;
const DETAIL_LIMIT = 200;
/** The last moment that a JavaScript date can name: beyond it nothing could show the time. */
const LAST_MOMENT_MS = 8_640_000_000_000_000;

export const eventId = (description: string) =>
  z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/), z.describe(description));
export const momentMs = (description: string) =>
  z.int().check(z.nonnegative(), z.maximum(LAST_MOMENT_MS), z.describe(description));
export const commandId = (description: string) =>
  z.string().check(z.regex(/^[!-~]{1,128}$/), z.describe(description));
const detail = (description: string) =>
  z.optional(z.string().check(z.maxLength(DETAIL_LIMIT), z.describe(description)));

const uplinkCommon = {
  id: eventId(
    'Names this event among all of the device, for ever and over all kinds. Sent again it keeps its id, and takes effect once.',
  ),
  device: z
    .string()
    .check(z.regex(DEVICE_NAME), z.describe('The device itself: must equal the device in the topic.')),
  atMs: momentMs('When it happened, in milliseconds since 1970, by the clock of the device.'),
};

const bay = z.object({
  bay: z.int().check(z.minimum(1), z.maximum(9999), z.describe('Number of the bay in its facility.')),
  occupied: z.boolean().check(z.describe('Whether something stands in it.')),
});

/** What devices say: topic `pengyou/<device>/up/<kind>`. */
export const UPLINK_SCHEMAS = {
  swipe: z
    .object({
      ...uplinkCommon,
      card: z
        .string()
        .check(z.regex(UID_HEX), z.describe('UID of the card in hex, 4, 7 or 10 bytes in the card’s order.')),
    })
    .check(z.describe('A card was shown to a reader, which now waits for `down/unlock` or `down/refuse`.')),
  'door-passed': z
    .object({ ...uplinkCommon, swipe: eventId('`id` of the swipe that had unlocked the door.') })
    .check(z.describe('Somebody went through the door.')),
  bay: z
    .object({
      ...uplinkCommon,
      bays: z.array(bay).check(
        z.minLength(1),
        z.maxLength(64),
        z.refine((bays) => new Set(bays.map((entry) => entry.bay)).size === bays.length),
        z.describe('The bays that changed, each at most once.'),
      ),
    })
    .check(z.describe('Bays were taken or left.')),
  corridor: z
    .object({
      ...uplinkCommon,
      vehicles: z.int().check(z.nonnegative(), z.describe('Vehicles in sight; 0: the corridor is clear.')),
      confidence: z
        .number()
        .check(z.minimum(0), z.maximum(1), z.describe('How sure the sensor is, from 0 to 1.')),
    })
    .check(z.describe('What stands in a corridor, as its sensor sees it.')),
  smoke: z
    .object({
      ...uplinkCommon,
      level: z.enum(['alarm', 'clear']).check(z.describe('What the detector says now.')),
    })
    .check(z.describe('A smoke detector went off, or went quiet again.')),
  gate: z
    .object({
      ...uplinkCommon,
      direction: z.enum(['in', 'out']).check(z.describe('Into or out of the compound.')),
      vehicle: z
        .enum(['e-bike', 'bicycle', 'car', 'emergency', 'other'])
        .check(z.describe('What the gate took it for.')),
    })
    .check(z.describe('A vehicle went through a gate of the compound.')),
  ack: z
    .object({
      ...uplinkCommon,
      command: commandId('The command that it answers.'),
      result: z
        .enum(['done', 'refused', 'expired'])
        .check(z.describe('`expired`: it came after its expiry and was not carried out.')),
      detail: detail('Why, in words for a technician.'),
    })
    .check(
      z.describe(
        'What became of a command. Sent for every message with `command`, also for one seen before.',
      ),
    ),
  health: z
    .object({ ...uplinkCommon, detail: detail('Anything a technician should know.') })
    .check(
      z.describe(
        'The device is alive. Only the newest matters. A reader says so at least every 15 minutes, a sensor at least once a day: after 45 minutes, or 25 hours, of silence it is shown as away, and what it said last as last known.',
      ),
    ),
};
