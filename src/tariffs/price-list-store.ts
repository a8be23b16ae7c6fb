import * as z from 'zod/mini';
import { type CannotShow, dayKinds, type RolloutDetail } from '../../contract/words/words.ts';
import type { ChargingBoard } from '../estate/device.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Table, Write } from '../shared/table.ts';

/**
 * The prices that one charging board should show, and how far they have come: wanted, sent, and read again on the
 * board. What a board has not confirmed is sent again. A word of a later version is kept as it is, and is no error.
 */
export const priceListSchema = z.object({
  deviceId: z.string(),
  estateId: z.string(),
  facilityId: z.string(),
  /** Absent until there is a tariff in force where the board stands. */
  wanted: z.optional(z.object({ tariffVersion: z.string(), dayKind: z.enum(dayKinds), tables: z.string() })),
  /** waiting: not sent yet; accepted: the board has them; refused: it answers, and has others. */
  state: z.enum(['waiting', 'sent', 'accepted', 'refused']),
  /** Why it is so, where there is more to say, and what the board cannot show, by name. */
  detail: z.optional(z.custom<RolloutDetail>()),
  cannotShow: z.array(z.custom<CannotShow>()),
  attempts: z.int(),
  sentAtMs: z.optional(z.int()),
  /** When the board took notice of what was sent last, though it has not said what it made of it. */
  answeredAtMs: z.optional(z.int()),
  acceptedAtMs: z.optional(z.int()),
  /** What the board told of each table since it was sent last: whether it is the wanted one. */
  told: z.object({ prices: z.optional(z.boolean()), parameters: z.optional(z.boolean()) }),
  /** The parameters were written since they were sent last: told otherwise from then on, they were refused. */
  parametersPut: z.optional(z.boolean()),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type PriceList = z.infer<typeof priceListSchema>;

export function parsePriceList(item: Item | undefined, board: ChargingBoard): PriceList {
  if (item !== undefined) return { ...priceListSchema.parse(item), facilityId: board.facilityId };
  const { deviceId, estateId, facilityId } = board;
  return { deviceId, estateId, facilityId, state: 'waiting', cannotShow: [], attempts: 0, told: {} };
}

export function putPriceList(list: PriceList): Write {
  const { version, ...content } = list;
  return { put: { ...keys.priceList(list.deviceId), ...content }, when: { version } };
}

/** The board is told its prices from the beginning: it is new, stands elsewhere, or has been without power. */
export function afresh(list: PriceList, atMs: number): PriceList {
  const { deviceId, estateId, facilityId, version } = list;
  return {
    ...{ deviceId, estateId, facilityId, version },
    ...{ state: 'waiting', cannotShow: [], attempts: 0, told: {}, dueAtMs: atMs },
  };
}

export async function readPriceLists(
  table: Table,
  boards: readonly ChargingBoard[],
): Promise<(PriceList | undefined)[]> {
  const lists: (PriceList | undefined)[] = [];
  for (let from = 0; from < boards.length; from += keysInOneRead) {
    const some = boards.slice(from, from + keysInOneRead);
    const items = await table.get(some.map(({ deviceId }) => keys.priceList(deviceId)));
    items.forEach((item, index) => {
      const board = some[index];
      lists.push(item === undefined || board === undefined ? undefined : parsePriceList(item, board));
    });
  }
  return lists;
}

const keysInOneRead = 100;
