import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { PengyouFunction } from './function.ts';

const dueIndex = 'due';

/** One table for everything that is remembered, and one sparse index for what is due. */
export class Storage extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiresAtS',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Only items with a time that is due carry these attributes, so a meter frame never writes to the index.
    this.table.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: 'dueShard', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'dueAtMs', type: dynamodb.AttributeType.NUMBER },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
  }

  get streamArn(): string {
    if (this.table.tableStreamArn === undefined) throw new Error('The table was made without its stream');
    return this.table.tableStreamArn;
  }

  /** Reading items by key. */
  allowRead(...functions: readonly PengyouFunction[]): void {
    for (const fn of functions) {
      this.#allow(fn, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']);
    }
  }

  /** Reading, and committing one conditional write or a transaction of them. */
  allowCommit(...functions: readonly PengyouFunction[]): void {
    this.allowRead(...functions);
    for (const fn of functions) {
      this.#allow(fn, ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']);
    }
  }

  /** Asking what is due. Nobody but the sweep needs to. */
  allowDueQuery(fn: PengyouFunction): void {
    fn.may(['dynamodb:Query'], [`${this.table.tableArn}/index/${dueIndex}`]);
  }

  #allow(fn: PengyouFunction, actions: readonly string[]): void {
    fn.may(actions, [this.table.tableArn]);
    fn.lambda.addEnvironment('TABLE_NAME', this.table.tableName);
  }
}
