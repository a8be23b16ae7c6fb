import { Aws, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as iot from 'aws-cdk-lib/aws-iot';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { brokerParts } from '../src/devices/families/all.ts';
import type { Lane } from '../src/devices/family.ts';
import { type DeadLetters, refusePlainHttp } from './dead-letters.ts';
import type { PengyouFunction } from './function.ts';

/** One shape serves every family, binary or JSON; what the broker knows about the sender comes from the broker. */
const envelope =
  "encode(*, 'base64') AS data, topic() AS topic, clientid() AS client, principal() AS principal, timestamp() AS receivedAtMs";

const lanes = brokerParts.flatMap((part) => part.lanes);

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

  /** Direct lanes: their rules call the function, and only they may. */
  toFunction(fn: PengyouFunction, to: Exclude<Lane['to'], 'bulk'>): void {
    for (const lane of lanes.filter((one) => one.to === to)) {
      const rule = this.#rule(lane, { lambda: { functionArn: fn.lambda.functionArn } });
      new lambda.CfnPermission(fn, `Allow-${lane.rule}`, {
        action: 'lambda:InvokeFunction',
        functionName: fn.lambda.functionArn,
        principal: 'iot.amazonaws.com',
        sourceArn: rule.attrArn,
        sourceAccount: Aws.ACCOUNT_ID,
      });
    }
  }

  /** Bulk lanes. */
  toBulk(): void {
    for (const lane of lanes.filter(({ to }) => to === 'bulk'))
      this.#rule(lane, { sqs: this.#sendTo(this.bulk) });
  }

  #rule(lane: Lane, action: iot.CfnTopicRule.ActionProperty): iot.CfnTopicRule {
    const condition = lane.where ?? (lane.unless === undefined ? undefined : `NOT ${lane.unless}`);
    const where = condition === undefined ? '' : ` WHERE ${condition}`;
    return new iot.CfnTopicRule(this, lane.rule, {
      ruleName: lane.rule,
      topicRulePayload: {
        awsIotSqlVersion: '2016-03-23',
        sql: `SELECT ${envelope} FROM '${lane.from}'${where}`,
        actions: [action],
        errorAction: { sqs: this.#sendTo(this.#deadLetters.intake) },
      },
    });
  }

  #sendTo(queue: sqs.Queue): iot.CfnTopicRule.SqsActionProperty {
    return { queueUrl: queue.queueUrl, roleArn: this.#role.roleArn, useBase64: false };
  }
}
