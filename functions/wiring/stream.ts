import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../src/shared/table.ts';
import { itemIn } from '../../src/shared/table-dynamodb.ts';

/** A record of the table's stream, as items. */
export function changeOf({ dynamodb }: DynamoDBRecord): {
  before: Item | undefined;
  after: Item | undefined;
} {
  return { before: itemOf(dynamodb?.OldImage), after: itemOf(dynamodb?.NewImage) };
}

/** What names a record among those of its batch. */
export function sequenceOf({ dynamodb }: DynamoDBRecord): string {
  return dynamodb?.SequenceNumber ?? '';
}

function itemOf(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): Item | undefined {
  return image === undefined ? undefined : itemIn(image as Parameters<typeof itemIn>[0]);
}
