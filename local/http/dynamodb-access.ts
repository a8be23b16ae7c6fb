import { arnOf } from '../template/arn.ts';
import type { Access } from '../template/iam.ts';

type Item = Record<string, Record<string, string>>;

/** The members of a DynamoDB request that say what it touches. */
interface Request {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
  readonly TransactItems?: readonly Record<string, Request>[];
  readonly RequestItems?: Record<string, unknown>;
}

/** The IAM action of each member of a transaction. */
const ACTION_OF_MEMBER: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const TRANSACTIONS = new Set(['TransactWriteItems', 'TransactGetItems']);
const BATCHES = new Set(['BatchWriteItem', 'BatchGetItem']);
const SINGLE = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable']);

/** Operations that write, after which the table's stream has something to say. */
export const WRITES = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactWriteItems',
  'BatchWriteItem',
]);

/**
 * What IAM checks for one DynamoDB request: a transaction as the actions of its items, a batch by table, a query
 * of an index on the index. Undefined for an operation that functions are not expected to use.
 */
export function dynamoAccesses(
  operation: string,
  request: Request,
  keyNames: (table: string, index?: string) => string | undefined,
): Access[] | undefined {
  const tableArn = (name = '') => (name.startsWith('arn:') ? name : arnOf('dynamodb', `table/${name}`));
  if (TRANSACTIONS.has(operation)) {
    return (request.TransactItems ?? []).flatMap((member) =>
      Object.entries(member).map(([kind, inner]) => ({
        action: `dynamodb:${ACTION_OF_MEMBER[kind] ?? kind}`,
        resource: tableArn(inner.TableName),
        leadingKeys: leadingKeys(inner, keyNames(inner.TableName ?? '')),
      })),
    );
  }
  if (BATCHES.has(operation)) {
    return Object.entries(request.RequestItems ?? {}).map(([table, requests]) => ({
      action: `dynamodb:${operation}`,
      resource: tableArn(table),
      leadingKeys: batchItems(requests).flatMap((item) => leadingKeys(item, keyNames(table))),
    }));
  }
  if (!SINGLE.has(operation)) return undefined;
  const { TableName = '', IndexName } = request;
  return [
    {
      action: `dynamodb:${operation}`,
      resource: IndexName === undefined ? tableArn(TableName) : `${tableArn(TableName)}/index/${IndexName}`,
      leadingKeys: leadingKeys(request, keyNames(TableName, IndexName)),
    },
  ];
}

function batchItems(requests: unknown): Request[] {
  if (!Array.isArray(requests)) return ((requests as { Keys?: Item[] }).Keys ?? []).map((Key) => ({ Key }));
  return requests.map(({ PutRequest, DeleteRequest }) => PutRequest ?? DeleteRequest);
}

/** The partition key values, for roles whose policy has a condition on them. */
function leadingKeys(request: Request, keyName: string | undefined): string[] {
  if (keyName === undefined) return [];
  const value = (request.Key ?? request.Item)?.[keyName] ?? queriedKey(request, keyName);
  return value === undefined ? [] : [String(Object.values(value)[0])];
}

function queriedKey(request: Request, keyName: string): Record<string, string> | undefined {
  for (const [, name = '', value = ''] of (request.KeyConditionExpression ?? '').matchAll(
    /([#\w]+)\s*=\s*(:\w+)/g,
  )) {
    if ((request.ExpressionAttributeNames?.[name] ?? name) === keyName)
      return request.ExpressionAttributeValues?.[value];
  }
  return undefined;
}
