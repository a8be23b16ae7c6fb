import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * The one place where a message ends that could not be handled, so that nothing vanishes and one alarm watches it
 * all: what a rule could not hand over, what a function failed at, what the bulk lane gave up, and where in the
 * table's stream a reaction stopped. Each form names its origin.
 */
export class DeadLetters extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    refusePlainHttp(this.queue);
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'This queue is where the dead letters of everything else end; it has no dead-letter queue of its own.',
    });
  }
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
