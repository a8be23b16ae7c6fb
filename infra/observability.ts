import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import type { PengyouFunction } from './function.ts';

export interface ObservabilityProps {
  readonly deadLetters: DeadLetters;
  readonly bulk: sqs.Queue;
  readonly sweep: PengyouFunction;
  readonly reactions: readonly PengyouFunction[];
  /** Functions that tell the committee of alerts. */
  readonly tellers: readonly PengyouFunction[];
  readonly http: HttpApi;
  /** Functions for whose answer a person or a danger waits. */
  readonly waitedFor: readonly PengyouFunction[];
}

interface AlarmProps {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly below?: boolean;
  /** How many periods one bad one counts for (1). */
  readonly periods?: number;
  /** What it means for people, and the section of docs/operations.md that says what to do. */
  readonly impact: string;
  readonly section: string;
}

const fiveMinutes = Duration.minutes(5);

/**
 * Few alarms, each for something that people would notice. What fails where nobody waits ends in the dead letters,
 * which have one alarm for all.
 */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.#alarm('DeadLettersWaiting', {
      metric: props.deadLetters.queue.metricApproximateNumberOfMessagesVisible({
        period: fiveMinutes,
        statistic: 'max',
      }),
      threshold: 1,
      impact: 'A message could not be handled: a bill, an alert or a device’s state may be out of date.',
      section: 'Dead letters',
    });
    this.#alarm('DeadLettersUnsealed', {
      metric: props.deadLetters.intake.metricApproximateAgeOfOldestMessage({
        period: fiveMinutes,
        statistic: 'max',
      }),
      threshold: 300,
      impact: 'What could not be handled is not sealed, and nobody sees it: seal-dead-letters does not run.',
      section: 'Dead letters',
    });
    this.#alarm('BulkLaneLate', {
      metric: props.bulk.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: 'max' }),
      threshold: 300,
      impact: 'Meter frames and heartbeats are more than five minutes late: the pages show old states.',
      section: 'Bulk lane late',
    });
    this.#alarm('SweepNotRunning', {
      metric: props.sweep.lambda.metricInvocations({ period: fiveMinutes, statistic: 'sum' }),
      threshold: 1,
      below: true,
      impact: 'Timers are not carried out: sessions that lost their board stay open, alerts do not escalate.',
      section: 'Sweep not running',
    });
    this.#alarm('ReactionsLate', {
      metric: latestOf(props.reactions),
      threshold: 60_000,
      impact: 'New alerts reach the committee late, and the pages show old states.',
      section: 'Reactions late',
    });
    this.#alarm('CommitteeNotReached', {
      metric: this.#notReached(props.tellers),
      threshold: 1,
      // An alert that does not arrive is tried once an hour in the end: until two hours have passed without, it is not over.
      periods: 24,
      impact:
        'Alerts of an estate do not reach its committee: who does not look at the page knows of no danger.',
      section: 'Committee not reached',
    });
    this.#alarm('ApiFailing', {
      metric: props.http.metricServerError({ period: fiveMinutes, statistic: 'sum' }),
      threshold: 5,
      impact: 'Pages cannot be shown or orders from phones fail.',
      section: 'API failing',
    });
    for (const fn of props.waitedFor) this.#functionFailing(fn);
  }

  /** Attempts to tell an alert that have failed for so long that somebody has to see to it: `isDown` in delivery.ts. */
  #notReached(tellers: readonly PengyouFunction[]): cloudwatch.IMetric {
    const name = { metricNamespace: 'Pengyou', metricName: 'AlertsNotDelivered' };
    for (const teller of tellers)
      new logs.MetricFilter(this, `NotReached-${teller.name}`, {
        ...name,
        logGroup: teller.lambda.logGroup,
        filterPattern: logs.FilterPattern.all(
          logs.FilterPattern.stringValue('$.event', '=', 'alert-undelivered'),
          logs.FilterPattern.booleanValue('$.isDown', true),
        ),
        metricValue: '1',
      });
    return new cloudwatch.Metric({
      namespace: name.metricNamespace,
      metricName: name.metricName,
      period: fiveMinutes,
      statistic: 'sum',
    });
  }

  #functionFailing(fn: PengyouFunction): void {
    this.#alarm(`${fn.name}-failing`, {
      metric: fn.lambda.metricErrors({ period: fiveMinutes, statistic: 'sum' }),
      threshold: 1,
      impact: `${fn.name} fails while people wait at a door or a port, or a danger is not acted upon.`,
      section: 'Function failing',
    });
  }

  #alarm(id: string, props: AlarmProps): void {
    new cloudwatch.Alarm(this, id, {
      alarmDescription: `${props.impact} See docs/operations.md, section “${props.section}”.`,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods ?? 1,
      datapointsToAlarm: 1,
      comparisonOperator: props.below
        ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: props.below
        ? cloudwatch.TreatMissingData.BREACHING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}

/** The age of the oldest record that one of them has not handled yet, in ms. */
function latestOf(functions: readonly PengyouFunction[]): cloudwatch.IMetric {
  const ages = functions.map(
    ({ lambda }, index) =>
      [`age${index}`, lambda.metric('IteratorAge', { period: fiveMinutes, statistic: 'max' })] as const,
  );
  return new cloudwatch.MathExpression({
    expression: `MAX([${ages.map(([name]) => name).join(', ')}])`,
    usingMetrics: Object.fromEntries(ages),
    period: fiveMinutes,
  });
}
