import { randomUUID } from 'node:crypto';
import type { Activity } from '../machine/activity.ts';
import { realDelayMs, type WorldClock } from '../machine/clock.ts';
import { LazyState, StateFile } from '../machine/state-file.ts';
import type { Iam } from '../template/iam.ts';
import type { Template } from '../template/template.ts';
import type { InvocationResult } from './function-host.ts';
import type { Lambda } from './lambda.ts';
import type { Queues } from './queues.ts';

interface Event {
  readonly id: string;
  readonly functionId: string;
  readonly payload: string;
  /** Whose it is: one device's many events do not keep those of others waiting. */
  readonly lane?: string | undefined;
  readonly acceptedRealMs: number;
  attempts: number;
}

interface Rules {
  readonly retries: number;
  readonly maxAgeMs: number;
  /** Where an event goes that was given up: with its story (OnFailure), or as it was (dead-letter queue). */
  readonly onFailure?: string;
  readonly deadLetter?: string;
}

/** AWS waits one minute before the second attempt and two before the third, in the world's time. */
const RETRY_AFTER_MS = [60_000, 120_000];

/**
 * Lambda's own queue for events: a failed invocation is tried again, then goes to the failure destination. Events
 * still waiting when the local cloud stops are kept and run at the next start.
 */
export class AsyncInvocations {
  readonly #world: {
    readonly clock: WorldClock;
    readonly activity: Activity;
    readonly log: (line: string) => void;
  };
  readonly #lambda: Lambda;
  readonly #queues: Queues;
  readonly #template: Template;
  readonly #rules = new Map<string, Rules>();
  readonly #pending = new Map<string, Event>();
  readonly #state: LazyState<Event[]>;
  readonly #stored: Event[];
  #stopping = false;

  constructor(
    template: Template,
    lambda: Lambda,
    queues: Queues,
    world: {
      clock: WorldClock;
      activity: Activity;
      log: (line: string) => void;
      stateDir: string | undefined;
    },
  ) {
    this.#template = template;
    this.#world = world;
    this.#lambda = lambda;
    this.#queues = queues;
    const file = new StateFile<Event[]>(world.stateDir, 'invocations.json');
    this.#stored = file.read() ?? [];
    this.#state = new LazyState(file, () => [...this.#pending.values()]);
    for (const { logicalId, properties } of template.ofType('AWS::Lambda::Function')) {
      const deadLetter = properties.DeadLetterConfig?.TargetArn;
      this.#rules.set(logicalId, { ...this.#ruleOf(logicalId), ...(deadLetter ? { deadLetter } : {}) });
    }
  }

  #ruleOf(functionId: string): Rules {
    const config = this.#template
      .ofType('AWS::Lambda::EventInvokeConfig')
      .find(
        ({ properties }) =>
          this.#template.find('AWS::Lambda::Function', properties.FunctionName).logicalId === functionId,
      )?.properties;
    const onFailure = config?.DestinationConfig?.OnFailure?.Destination;
    return {
      retries: config?.MaximumRetryAttempts ?? 2,
      maxAgeMs: (config?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
      ...(onFailure ? { onFailure } : {}),
    };
  }

  /** Checks that roles may write to their failure queues, and takes up what an earlier run left. */
  async start(iam: Iam): Promise<void> {
    for (const [functionId, { onFailure, deadLetter }] of this.#rules) {
      for (const resource of [onFailure, deadLetter]) {
        if (resource) await iam.demand(functionId, [{ action: 'sqs:SendMessage', resource }]);
      }
    }
    for (const event of this.#stored) if (this.#rules.has(event.functionId)) this.#accept(event);
  }

  /** Takes an event over: from here on it ends in a success or in a failure destination. */
  enqueue(functionId: string, payload: string, lane?: string): void {
    this.#accept({ id: randomUUID(), functionId, payload, lane, acceptedRealMs: Date.now(), attempts: 0 });
  }

  #accept(event: Event): void {
    this.#pending.set(event.id, event);
    this.#state.changed();
    void this.#world.activity.during(this.#run(event));
  }

  async #run(event: Event): Promise<void> {
    const rules = this.#rules.get(event.functionId) ?? { retries: 0, maxAgeMs: 0 };
    for (;;) {
      const result = await this.#lambda.invoke(event.functionId, event.payload, event.lane);
      if (this.#stopping && !result.ok) return;
      event.attempts += 1;
      if (result.ok) break;
      this.#world.log(`${event.functionId} failed (attempt ${event.attempts}): ${result.error}`);
      const delayMs = realDelayMs(
        this.#world.clock,
        RETRY_AFTER_MS[event.attempts - 1] ?? 0,
        event.attempts * 1000,
      );
      // The age counts in real time: a cold start must not make an event too old in a fast world.
      const tooOld = Date.now() + delayMs - event.acceptedRealMs > rules.maxAgeMs;
      if (event.attempts > rules.retries || tooOld) {
        this.#giveUp(event, rules, result, tooOld && event.attempts <= rules.retries);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      if (this.#stopping) return;
    }
    this.#pending.delete(event.id);
    this.#state.changed();
  }

  #giveUp(event: Event, rules: Rules, result: InvocationResult & { ok: false }, tooOld: boolean): void {
    if (rules.deadLetter) this.#queues.byArn(rules.deadLetter).send(event.payload);
    if (!rules.onFailure) return;
    const story = {
      version: '1.0',
      timestamp: new Date(this.#world.clock.now()).toISOString(),
      requestContext: {
        requestId: event.id,
        functionArn: `${this.#template.names.arn(event.functionId)}:$LATEST`,
        condition: tooOld ? 'EventAgeExceeded' : 'RetriesExhausted',
        approximateInvokeCount: event.attempts,
      },
      requestPayload: JSON.parse(event.payload),
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: result.kind === 'handled' ? 'Handled' : 'Unhandled',
      },
      responsePayload: JSON.parse(result.error),
    };
    this.#queues.byArn(rules.onFailure).send(JSON.stringify(story));
  }

  /** Starts nothing more; what waits for another attempt is kept for the next run. */
  stop(): void {
    this.#stopping = true;
    this.flush();
  }

  flush(): void {
    this.#state.flush();
  }
}
