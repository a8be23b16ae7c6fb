import { randomUUID } from 'node:crypto';
import type { Activity } from '../machine/activity.ts';
import type { WorldClock } from '../machine/clock.ts';
import { ACCOUNT, REGION } from '../template/arn.ts';
import type { InvokePermissions } from '../template/iam.ts';
import { type Template, Unsupported } from '../template/template.ts';
import type { Lambda } from './lambda.ts';

const MINUTE_MS = 60_000;
/** In a fast world minutes pass faster than a machine should start sweeps. */
const OFTENEST_MS = 1000;

interface Job {
  readonly functionId: string;
  readonly ruleArn: string;
  readonly everyMs: number;
  nextMs: number;
  running: Promise<void> | undefined;
}

interface ScheduleWorld {
  readonly clock: WorldClock;
  readonly activity: Activity;
  readonly lambda: Lambda;
  readonly permissions: InvokePermissions;
  readonly log: (line: string) => void;
}

/** EventBridge's rate rules, by the world's clock. A run that is still busy is never overtaken by the next. */
export class Schedule {
  readonly #jobs: readonly Job[];
  readonly #world: ScheduleWorld;
  #timer: NodeJS.Timeout | undefined;

  constructor(template: Template, world: ScheduleWorld) {
    this.#world = world;
    this.#jobs = template
      .ofType('AWS::Events::Rule')
      .filter(({ properties }) => properties.State !== 'DISABLED')
      .flatMap(({ logicalId, type, properties }) => {
        const [, count, unit] =
          /^rate\((\d+) (minute|hour|day)s?\)$/.exec(properties.ScheduleExpression ?? '') ?? [];
        if (unit === undefined)
          throw new Unsupported(logicalId, type, `schedule ${properties.ScheduleExpression}`);
        const everyMs = Number(count) * MINUTE_MS * ({ minute: 1, hour: 60, day: 1440 }[unit] ?? 1);
        const ruleArn = template.names.arn(logicalId);
        return (properties.Targets as { Arn: string; Input?: string }[]).map(({ Arn, Input }) => {
          if (Input !== undefined) throw new Unsupported(logicalId, type, 'Targets.Input');
          const { logicalId: functionId } = template.find('AWS::Lambda::Function', Arn);
          world.permissions.demand(functionId, 'events', ruleArn);
          return { functionId, ruleArn, everyMs, nextMs: 0, running: undefined };
        });
      });
  }

  /** Begins at the next full minute of the world. A clock that stands still only fires by `tick`. */
  start(): void {
    const { clock } = this.#world;
    for (const job of this.#jobs) job.nextMs = Math.ceil((clock.now() + 1) / job.everyMs) * job.everyMs;
    if (clock.speed === 0) return;
    const look = Math.min(OFTENEST_MS, Math.max(100, MINUTE_MS / clock.speed));
    this.#timer = setInterval(() => {
      for (const job of this.#jobs) {
        if (job.running !== undefined || clock.now() < job.nextMs) continue;
        job.nextMs = Math.ceil((clock.now() + 1) / job.everyMs) * job.everyMs;
        void this.#fire(job);
      }
    }, look).unref();
  }

  /** Fires every job of the minute now and resolves when they have ended. */
  async tick(): Promise<void> {
    for (const job of this.#jobs) {
      await job.running;
      await this.#fire(job);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #fire(job: Job): Promise<void> {
    const { clock, lambda, activity, log } = this.#world;
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
      region: REGION,
      resources: [job.ruleArn],
      detail: {},
    };
    const run = async () => {
      // The next minute comes anyway, and its sweep finds what this one left: no retry is needed here.
      const result = await lambda.invoke(job.functionId, JSON.stringify(event));
      if (!result.ok) log(`${job.functionId} (schedule): ${result.error}`);
    };
    job.running = activity.during(run()).finally(() => {
      job.running = undefined;
    });
    return job.running;
  }
}
