import { Aws, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as iot from 'aws-cdk-lib/aws-iot';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type DeadLetters, refusePlainHttp } from './dead-letters.ts';
import type { PengyouFunction } from './function.ts';

/** One shape serves every family, binary or JSON; what the broker knows about the sender comes from the broker. */
const envelope =
  "encode(*, 'base64') AS data, topic() AS topic, clientid() AS client, principal() AS principal, timestamp() AS receivedAtMs";

/** Which messages a rule takes. */
export interface RuleSource {
  /** The rule's name; part of the Basic Ingest topic, so it is fixed. */
  readonly name: string;
  readonly from: string;
  readonly where?: string;
}

/**
 * The way in: topic rules with two lanes. Where a person or a danger waits, the rule calls a function; everything
 * else goes through the bulk queue. What a rule cannot hand over is a dead letter.
 */
export class Ingest extends Construct {
  readonly bulk: sqs.Queue;
  readonly #deadLetters: DeadLetters;
  readonly #role: iam.Role;

  constructor(scope: Construct, id: string, deadLetters: DeadLetters, bulkTimeoutS: number) {
    super(scope, id);
    this.#deadLetters = deadLetters;
    this.bulk = new sqs.Queue(this, 'Bulk', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(4),
      // AWS's advice for a queue that feeds a function: six times its timeout.
      visibilityTimeout: Duration.seconds(6 * bulkTimeoutS),
      deadLetterQueue: { queue: deadLetters.intake, maxReceiveCount: 5 },
    });
    refusePlainHttp(this.bulk);
    this.#role = new iam.Role(this, 'RuleRole', { assumedBy: new iam.ServicePrincipal('iot.amazonaws.com') });
    this.#role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.bulk.queueArn, deadLetters.intake.queueArn],
      }),
    );
  }

  /** Direct lane: the rule calls the function, and only this rule may. */
  toFunction(fn: PengyouFunction, source: RuleSource): void {
    const rule = this.#rule(source, { lambda: { functionArn: fn.lambda.functionArn } });
    new lambda.CfnPermission(fn, `Allow-${source.name}`, {
      action: 'lambda:InvokeFunction',
      functionName: fn.lambda.functionArn,
      principal: 'iot.amazonaws.com',
      sourceArn: rule.attrArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
  }

  /** Bulk lane. */
  toBulk(source: RuleSource): void {
    this.#rule(source, { sqs: this.#sendTo(this.bulk) });
  }

  #rule(source: RuleSource, action: iot.CfnTopicRule.ActionProperty): iot.CfnTopicRule {
    const where = source.where === undefined ? '' : ` WHERE ${source.where}`;
    return new iot.CfnTopicRule(this, source.name, {
      ruleName: source.name,
      topicRulePayload: {
        awsIotSqlVersion: '2016-03-23',
        sql: `SELECT ${envelope} FROM '${source.from}'${where}`,
        actions: [action],
        errorAction: { sqs: this.#sendTo(this.#deadLetters.intake) },
      },
    });
  }

  #sendTo(queue: sqs.Queue): iot.CfnTopicRule.SqsActionProperty {
    return { queueUrl: queue.queueUrl, roleArn: this.#role.roleArn, useBase64: false };
  }
}
