import type { DynamoCall } from '../local/http/gateway.ts';

/** Requests, and the units that DynamoDB would bill for them on demand. */
export interface Use {
  requests: number;
  readUnits: number;
  /** Of the table itself: one per KiB of the larger of the old and the new item, two where it is in a transaction. */
  writeUnits: number;
  /** Of the index: one for each entry that is added or taken away. */
  indexWriteUnits: number;
}

type Value = Record<string, unknown>;
type Attributes = Record<string, Value>;

interface Write {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
}

interface Request extends Write {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly TransactItems?: readonly { readonly Put?: Write; readonly Delete?: Write }[];
  readonly RequestItems?: Record<
    string,
    { readonly Keys: readonly unknown[]; readonly ConsistentRead?: boolean }
  >;
}

interface Answer {
  readonly Item?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Responses?: Record<string, readonly Attributes[]>;
}

const readUnitBytes = 4096;
const writeUnitBytes = 1024;

/**
 * Counts capacity by the size of items, because DynamoDB Local does not count it for transactions. What a write costs
 * depends on the item that stood there, so it remembers every item's size: it has to see all writes from the first on.
 * A write whose condition failed is billed like one that happened, and is counted so.
 */
export class Capacity {
  readonly byCaller: Record<string, Use> = {};
  readonly #items = new Map<string, { readonly bytes: number; readonly due: string | undefined }>();

  observe({ caller, operation, request, status, answer }: DynamoCall): void {
    this.byCaller[caller] ??= { requests: 0, readUnits: 0, writeUnits: 0, indexWriteUnits: 0 };
    const use = this.byCaller[caller];
    const asked = JSON.parse(request.toString()) as Request;
    const answered = (status === 200 ? JSON.parse(answer.toString()) : {}) as Answer;
    use.requests += 1;
    switch (operation) {
      case 'GetItem':
        use.readUnits += readUnits(answered.Item ? [answered.Item] : [], asked.ConsistentRead);
        return;
      case 'Query':
        use.readUnits += readUnits(answered.Items ?? [], asked.ConsistentRead);
        return;
      case 'BatchGetItem':
        use.readUnits += batchReadUnits(asked, answered);
        return;
      case 'PutItem':
      case 'DeleteItem':
        this.#write(use, asked, 1, status === 200);
        return;
      case 'TransactWriteItems':
        for (const { Put, Delete } of asked.TransactItems ?? [])
          this.#write(use, Put ?? Delete ?? {}, 2, status === 200);
        return;
      default:
        throw new RangeError(`No price is known for ${operation}`);
    }
  }

  #write(use: Use, { Item, Key }: Write, perUnit: 1 | 2, happened: boolean): void {
    const name = JSON.stringify([(Item ?? Key)?.['pk'], (Item ?? Key)?.['sk']]);
    const before = this.#items.get(name);
    const bytes = Item === undefined ? 0 : sizeOf(Item);
    const larger = Math.max(before?.bytes ?? 0, happened ? bytes : 0);
    use.writeUnits += perUnit * Math.max(1, Math.ceil(larger / writeUnitBytes));
    if (!happened) return;
    const due = dueOf(Item);
    // The index keeps keys only: an entry is far below 1 KiB, and moving one takes two writes.
    if (due !== before?.due)
      use.indexWriteUnits += (due === undefined ? 0 : 1) + (before?.due === undefined ? 0 : 1);
    if (Item === undefined) this.#items.delete(name);
    else this.#items.set(name, { bytes, due });
  }
}

function dueOf(item: Attributes | undefined): string | undefined {
  return item?.['dueShard'] === undefined ? undefined : JSON.stringify([item['dueShard'], item['dueAtMs']]);
}

function readUnits(items: readonly Attributes[], consistent = false): number {
  const bytes = items.reduce((sum, item) => sum + sizeOf(item), 0);
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) * (consistent ? 1 : 0.5);
}

/** Each item of a batch is rounded by itself, and one that is not there costs as much as a small one. */
function batchReadUnits({ RequestItems = {} }: Request, { Responses = {} }: Answer): number {
  return Object.entries(RequestItems).reduce((sum, [table, { Keys, ConsistentRead }]) => {
    const found = Responses[table] ?? [];
    const absent = (Keys.length - found.length) * (ConsistentRead ? 1 : 0.5);
    return sum + absent + found.reduce((units, item) => units + readUnits([item], ConsistentRead), 0);
  }, 0);
}

/** An item's size as DynamoDB counts it: names and values, with a few bytes for each list and map. */
function sizeOf(item: Attributes): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value),
    0,
  );
}

function valueSize(value: Value): number {
  const [[type, content] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return Math.ceil(String(content).replace(/\D/g, '').length / 2) + 1;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'L':
      return (content as Value[]).reduce((sum, inner) => sum + 1 + valueSize(inner), 3);
    case 'M':
      return sizeOf(content as Attributes) + Object.keys(content as Attributes).length + 3;
    default:
      throw new RangeError(`No size is known for an attribute of type ${type}`);
  }
}
