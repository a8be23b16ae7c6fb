import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import { keptLogs } from './kept-logs.ts';

/** What every function gets from the stack as a whole. */
export interface FunctionContext {
  /** Where the bundles are: `dist/functions`. */
  readonly bundles: string;
  readonly deadLetters: DeadLetters;
}

export interface PengyouFunctionProps {
  /** The file in `functions/`, without its ending. */
  readonly name: string;
  readonly description: string;
  readonly timeoutS: number;
  readonly memoryMiB: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Concurrency that nothing else can use up; it is also the most that this function can have. */
  readonly reservedConcurrency?: number;
  /** Set where callers do not wait for the answer: how often a failed call is repeated before it is a dead letter. */
  readonly asyncRetries?: 0 | 1 | 2;
}

/**
 * One Lambda: bundle, own role, own log group with retention and, for calls that nobody waits for, the dead-letter
 * queue. The role begins with nothing but writing that log; everything else is granted where it is needed.
 */
export class PengyouFunction extends Construct {
  readonly name: string;
  readonly lambda: lambda.Function;
  readonly #role: iam.Role;

  constructor(scope: Construct, context: FunctionContext, props: PengyouFunctionProps) {
    super(scope, props.name);
    this.name = props.name;
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: keptLogs,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.may(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.lambda = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(bundleOf(context.bundles, props.name)),
      role: this.#role,
      logGroup,
      timeout: Duration.seconds(props.timeoutS),
      memorySize: props.memoryMiB,
      environment: { ...props.environment },
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
    });
    if (props.asyncRetries !== undefined) this.#keepFailures(context.deadLetters, props.asyncRetries);
  }

  get roleArn(): string {
    return this.#role.roleArn;
  }

  /** Adds to what the function may do. Actions are always named one by one. */
  may(actions: readonly string[], resources: readonly string[]): void {
    this.#role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Lets it publish below these topics, a star stands for anything. */
  mayPublish(...topicFilters: readonly string[]): void {
    const stack = Stack.of(this);
    // A stack for any region knows no name of one: the rule pack then writes it like the other pseudo parameters.
    const region = Token.isUnresolved(stack.region) ? '<AWS::Region>' : stack.region;
    this.may(
      ['iot:Publish'],
      topicFilters.map((filter) =>
        stack.formatArn({ service: 'iot', resource: 'topic', resourceName: filter }),
      ),
    );
    for (const filter of topicFilters) {
      Validations.of(this.#role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iot:${region}:<AWS::AccountId>:topic/${filter}]`,
        reason:
          'A topic carries the identity of a device or an estate, which is not known here; the prefix is the limit.',
      });
    }
  }

  #keepFailures(deadLetters: DeadLetters, retryAttempts: number): void {
    this.lambda.configureAsyncInvoke({ retryAttempts, onFailure: new SqsDestination(deadLetters.intake) });
  }
}

function bundleOf(bundles: string, name: string): string {
  const directory = join(bundles, name);
  if (!existsSync(join(directory, 'index.mjs'))) {
    throw new Error(
      `The stack deploys the function ${name}, but functions/${name}.ts does not exist or was not bundled`,
    );
  }
  return directory;
}
