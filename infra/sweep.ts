import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

/** The only thing that runs while nothing happens: every minute, what is due. */
export class Sweep extends Construct {
  readonly fn: PengyouFunction;

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.fn = new PengyouFunction(this, parts, {
      name: 'sweep',
      description: 'Every minute: carries out the timers that are due',
      timeoutS: 50,
      memoryMiB: 512,
      // The next minute's sweep finds what this one did not finish.
      asyncRetries: 0,
    });
    parts.storage.allowCommit(this.fn);
    parts.secret.allowRead(this.fn);
    parts.storage.allowDueQuery(this.fn);
    this.fn.mayPublish(...commandTopics());
    new events.Rule(this, 'EveryMinute', {
      description: 'Carries out the timers that are due',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [new targets.LambdaFunction(this.fn.lambda)],
    });
  }
}
