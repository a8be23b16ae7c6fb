import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../src/shared/table.ts';

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
  return image === undefined ? undefined : (unmarshall(image as Record<string, AttributeValue>) as Item);
}
