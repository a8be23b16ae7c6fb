/** Which of its two tables a board is told, or asked for. */
export type BoardTable = 'prices' | 'parameters';

export const PRICES_BYTES = 70;
export const PARAMETERS_BYTES = 68;
/** The server writes one of the board's tables, or asks for it. */
export type TableDownlink =
  | { readonly kind: 'put-table'; readonly table: BoardTable; readonly data: Buffer }
  | { readonly kind: 'read-table'; readonly table: BoardTable };

const read = (table: BoardTable) => ({
  bytes: 1,
  decode: (): TableDownlink => ({ kind: 'read-table', table }),
});
const put = (table: BoardTable, bytes: number) => ({
  bytes,
  decode: (data: Buffer): TableDownlink => ({ kind: 'put-table', table, data: data.subarray(0, bytes) }),
});

/** By the command of the frame, with the least DATA that each needs. */
export const TABLE_DOWNLINKS = {
  0x89: read('parameters'),
  0x8a: put('parameters', PARAMETERS_BYTES),
  0x8d: put('prices', PRICES_BYTES),
  0x8e: read('prices'),
} as const;
