import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * The one place where a message ends that could not be handled, so that nothing vanishes and one alarm watches it
 * all: what a rule could not hand over, what a function failed at, what the bulk lane gave up, and where in the
 * table's stream a reaction stopped. All of that comes in as it is, and a card's number may stand in it: only what
 * seals it may receive it there. In `queue` it waits for a person, sealed.
 */
export class DeadLetters extends Construct {
  readonly intake: sqs.Queue;
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.intake = keptQueue(this, 'Intake', sealingTimeoutS);
    this.queue = keptQueue(this, 'Queue');
    new CfnOutput(Stack.of(this), 'DeadLettersUrl', {
      description: 'For `npm run pengyou -- dead-letters`: PENGYOU_DEAD_LETTERS, or --queue',
      value: this.queue.queueUrl,
    });
  }
}

/** The intake's visibility follows from it, so it is known before the function is. */
export const sealingTimeoutS = 30;

function keptQueue(scope: Construct, id: string, consumerTimeoutS?: number): sqs.Queue {
  const queue = new sqs.Queue(scope, id, {
    retentionPeriod: Duration.days(14),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(consumerTimeoutS === undefined ? {} : { visibilityTimeout: Duration.seconds(6 * consumerTimeoutS) }),
  });
  refusePlainHttp(queue);
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'Here the dead letters of everything else end; there is no dead-letter queue behind it.',
  });
  return queue;
}

/** What devices say lies there as they said it: nobody else may look, whatever else they are allowed. */
export function onlyForReader(queue: sqs.Queue, reader: { readonly roleArn: string }): void {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['sqs:ReceiveMessage'],
      resources: [queue.queueArn],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': reader.roleArn } },
    }),
  );
}

/** CDK's `enforceSSL` says the same with `sqs:*`; here the actions are named, as everywhere else. */
export function refusePlainHttp(queue: sqs.Queue): void {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      resources: [queue.queueArn],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  );
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS4',
    reason:
      'Plain HTTP is denied for every data action by name; the rule only recognises the wildcard sqs:*.',
  });
}
