import { randomBytes } from 'node:crypto';

/** Where identifiers come from, so that a simulation can draw them from its seed. */
export interface Ids {
  /** A short unguessable name: 16 characters of 0-9 and a-f. */
  name(): string;
  /** A charging order: 1 to 4,294,967,295, the range that boards can carry. */
  order(): number;
}

export const randomIds: Ids = {
  name: () => randomBytes(8).toString('hex'),
  order: () => (randomBytes(4).readUInt32BE() || 1) >>> 0,
};
