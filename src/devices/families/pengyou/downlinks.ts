import * as z from 'zod/mini';
import { commandId, eventId, momentMs } from './schemas.ts';

const command = {
  command: commandId(
    'Names the command. A device carries out one id at most once, and names it in `up/ack`. One that it did not carry out (`refused`, `expired`) may come again under its id with a later expiry, and is tried again.',
  ),
  expiresAtMs: momentMs(
    'After this moment, in milliseconds since 1970, the command must not be carried out but acknowledged as `expired`.',
  ),
  door: z.int().check(z.minimum(1), z.maximum(255), z.describe('Door of this device, counted from 1.')),
};

/** What devices are told: topic `pengyou/<device>/down/<kind>`. Functions need the types alone. */
export const DOWNLINK_SCHEMAS = {
  unlock: z
    .object({
      ...command,
      swipe: z.optional(eventId('`id` of the swipe that it answers, where there was one.')),
    })
    .check(z.describe('Open one door once.')),
  refuse: z
    .object({
      swipe: eventId('`id` of the swipe that it answers.'),
      reason: z
        .string()
        .check(z.minLength(1), z.maxLength(64), z.describe('Name of the reason, for the display.')),
    })
    .check(z.describe('The door stays shut. Not acknowledged.')),
  'hold-open': z.object(command).check(z.describe('Evacuation: the door stays open until `down/release`.')),
  release: z.object(command).check(z.describe('Ends `down/hold-open`: the door is locked again.')),
};

export type DownlinkKind = keyof typeof DOWNLINK_SCHEMAS;
export type Downlink<Kind extends DownlinkKind> = z.infer<(typeof DOWNLINK_SCHEMAS)[Kind]>;
