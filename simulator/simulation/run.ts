import { type Envelope, envelopeSchema } from '../../src/devices/envelope.ts';
import { sweep } from '../../src/intake/sweep.ts';
import { seededRandom } from '../random.ts';
import { AlertCheck } from './checks/alert-check.ts';
import { checkDoors } from './checks/door-check.ts';
import { LedgerCheck } from './checks/ledger-check.ts';
import { MessageCheck } from './checks/message-check.ts';
import { PortCheck } from './checks/port-check.ts';
import { checkReceipts } from './checks/receipt-check.ts';
import { checkAtRest } from './checks/rest-check.ts';
import { SmokeCheck } from './checks/smoke-check.ts';
import { Tallies, type Tally } from './checks/tally.ts';
import { type LoadParts, startDay } from './load.ts';
import { DeliveryCheck } from './money/delivery-check.ts';
import { Money } from './money/money.ts';
import { checkRollout } from './money/rollout-check.ts';
import { Cloud } from './world/cloud.ts';
import { Committee } from './world/committee.ts';
import { DevicesTruth } from './world/devices-truth.ts';
import { type FaultKind, Faults } from './world/faults.ts';
import { Functions } from './world/functions.ts';
import { isInjected } from './world/invocation.ts';
import { Network } from './world/network.ts';
import { Office } from './world/office.ts';
import { People } from './world/people.ts';
import type { DeadLetter } from './world/queue.ts';
import type { Plant } from './world/rewriting.ts';
import { Schedule } from './world/schedule.ts';
import { Shed } from './world/shed.ts';
import { estateItems, firstEveningMs, openVault } from './world/small-estate.ts';
import { Store } from './world/store.ts';
import { Stream } from './world/stream.ts';
import { Trace } from './world/trace.ts';
import { Verdict, type Violation } from './world/violation.ts';

export interface RunResult {
  readonly seed: number;
  readonly days: number;
  readonly violation:
    | (Violation & { readonly step: number; readonly atMs: number; readonly lastSteps: string[] })
    | undefined;
  readonly steps: number;
  readonly hash: string;
  readonly tally: Tally;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Before a day ends the faults end, so that everything can come to rest. */
const CALM_FOR_MS = 45 * MINUTE_MS;
/** Longer than any message is held up on its way, and then any watchdog waits. */
const REST_WITHIN_MS = 12 * 60 * MINUTE_MS;

/** One estate from one seed: days of residents, faults and checks. */
export async function simulate(seed: number, days: number, plant?: Plant): Promise<RunResult> {
  const run = new Run(seed, plant);
  await run.settle(days);
  return run.result(days);
}

class Run {
  readonly #seed: number;
  readonly #trace = new Trace();
  readonly #verdict = new Verdict();
  readonly #faultCounts = new Map<FaultKind, number>();
  readonly #tallies = new Tallies();
  readonly #deadLetters: DeadLetter[] = [];
  readonly #faults: Faults;
  readonly #schedule: Schedule;
  readonly #store = new Store();
  readonly #functions: Functions;
  readonly #cloud: Cloud;
  readonly #committee: Committee;
  readonly #shed: Shed;
  readonly #ledger = new LedgerCheck(this.#verdict);
  readonly #messages = new MessageCheck(this.#verdict, this.#store);
  readonly #smoke = new SmokeCheck(this.#verdict, this.#store);
  readonly #ports: PortCheck;
  readonly #people: People;
  readonly #office: Office;
  readonly #money: Money;
  readonly #delivery: DeliveryCheck;
  readonly #load: LoadParts;

  constructor(seed: number, plant: Plant | undefined) {
    this.#seed = seed;
    const stream = (purpose: string) => seededRandom(seed, purpose);
    this.#faults = new Faults(stream('faults'), this.#faultCounts);
    this.#schedule = new Schedule(firstEveningMs, stream('turns'), this.#trace);
    const [schedule, faults, verdict, store] = [this.#schedule, this.#faults, this.#verdict, this.#store];
    const planted = stream('plant');
    const truth = new DevicesTruth(() => this.#shed);
    const chance = (probability: number) => !faults.calm && planted.chance(probability);
    const hears = plant?.hearing?.() ?? ((envelope) => envelope);
    const network = new Network({
      schedule,
      faults,
      random: stream('network'),
      toCloud: (envelope) => this.#cloud.arrive(envelopeSchema.parse(hears(envelope))),
      onSaid: (message) => this.#smoke.said(message),
      onTampered: (facts, connection) => truth.tampered(connection, facts.order),
    });
    this.#functions = new Functions({
      schedule,
      faults,
      random: stream('functions'),
      table: plant?.table?.(store, chance) ?? store,
      publish: (topic, payload, expiresInS) => {
        this.#tallies.count('commands');
        if (plant?.loses?.(topic) !== true) network.down(topic, payload, expiresInS);
      },
      onLostRace: () => this.#tallies.count('racesLost'),
    });
    const common = {
      schedule,
      faults,
      functions: this.#functions,
      swallowsFailures: plant?.swallowsFailures === true,
    };
    this.#committee = new Committee({ schedule, faults, random: stream('committee') });
    const alerts = new AlertCheck(verdict, this.#committee, schedule);
    this.#cloud = new Cloud({
      ...common,
      random: stream('cloud'),
      onTaken: (envelope) => this.#taken(envelope),
      onDeadLetter: (letter) => this.#dead(letter),
    });
    const reactions = new Stream({
      ...common,
      random: stream('stream'),
      committee: this.#committee,
      onDead: (letter) => this.#dead(letter),
      skips: (change) => plant?.skips?.(change, chance) === true,
    });
    this.#shed = new Shed({
      schedule,
      faults,
      network,
      random: stream('devices'),
      onTick: () => {
        this.#ports.look(this.#shed);
        this.#smoke.look();
        alerts.look();
        truth.collect();
      },
    });
    this.#delivery = new DeliveryCheck(verdict, truth);
    this.#ports = new PortCheck(verdict, store, (deviceId, port) => network.losesStops(deviceId, port));
    const people = { ...common, random: stream('people'), network, shed: this.#shed, verdict };
    this.#people = new People(people);
    this.#office = new Office({ ...people, random: stream('office'), store });
    this.#money = new Money({ ...people, stream, store, ledger: this.#ledger, plant });
    this.#load = {
      ...people,
      random: stream('load'),
      people: this.#people,
      office: this.#office,
      money: this.#money.people,
    };
    const money = [this.#ledger, this.#delivery, ...this.#money.watchers];
    const watchers = [...money, this.#ports, this.#messages, alerts, this.#tallies];
    for (const watcher of watchers) store.watch((changes) => watcher.see(changes));
    store.watch((changes) => reactions.tell(changes));
  }

  #taken(envelope: Envelope): void {
    this.#messages.taken(envelope);
    this.#smoke.taken(envelope);
  }

  async settle(days: number): Promise<void> {
    const items = await estateItems(openVault);
    await this.#store.commit(items.map((put) => ({ put, when: 'always' as const })));
    this.#shed.start();
    this.#schedule.routinely(MINUTE_MS, '', () => this.#everyMinute());
    for (let day = 1; day <= days && this.#verdict.first === undefined; day += 1) await this.#day(day);
  }

  async #day(day: number): Promise<void> {
    const endsAtMs = firstEveningMs + day * DAY_MS;
    this.#faults.calm = false;
    this.#people.goHome = false;
    startDay(this.#load, day, (deed) => this.#guard(deed));
    await this.#until(() => this.#schedule.now() >= endsAtMs - CALM_FOR_MS);
    this.#faults.calm = true;
    this.#people.goHome = true;
    // As docs/operations.md tells an operator: what was given up in a bad hour is given back when that is over.
    for (const letter of this.#deadLetters.splice(0)) letter.redrive();
    const latestMs = endsAtMs + REST_WITHIN_MS;
    const isAtRest = () =>
      this.#schedule.now() >= endsAtMs &&
      this.#schedule.work === 0 &&
      !this.#ports.anyOpen() &&
      !this.#money.waits;
    await this.#until(() => isAtRest() || this.#schedule.now() > latestMs);
    if (!isAtRest())
      this.#verdict.breach(
        'I9',
        `No rest: ${this.#cloud.open} messages open, ${this.#schedule.planned().slice(0, 5).join('; ')}`,
      );
    checkDoors(this.#verdict, this.#store, this.#shed);
    this.#money.atRest();
    this.#delivery.atRest();
    checkRollout(this.#verdict, this.#store, this.#ledger, this.#schedule.now());
    await checkReceipts(this.#verdict, this.#store, this.#schedule.now());
    checkAtRest(this.#verdict, this.#store, this.#schedule.now(), this.#office.revoked);
  }

  async #until(reached: () => boolean): Promise<void> {
    while (this.#verdict.first === undefined && !reached()) await this.#schedule.step();
  }

  /** A deed of the world that fails is a defect, of the simulation or of what it runs. */
  #guard(deed: Promise<unknown>): void {
    deed.catch((error: unknown) =>
      this.#verdict.breach('defect', error instanceof Error ? String(error.stack) : String(error)),
    );
  }

  #everyMinute(): void {
    this.#schedule.routinely(MINUTE_MS, '', () => this.#everyMinute());
    if (this.#faults.strikes('sweep-skipped')) return;
    this.#schedule.after(0, 'the sweep begins', () => this.#guard(this.#sweep()));
  }

  async #sweep(): Promise<void> {
    const outcome = await this.#functions.invoke('sweep', (backend) =>
      sweep({ ...backend, ...this.#committee.sources, payments: this.#money.asked }),
    );
    if (outcome.ok || isInjected(outcome.error)) return;
    this.#verdict.breach('defect', `The sweep failed by itself: ${String(outcome.error)}`);
  }

  #dead(letter: DeadLetter): void {
    const { what, error } = letter;
    this.#tallies.count('deadLetters');
    if (this.#faults.calm) letter.redrive();
    else this.#deadLetters.push(letter);
    if (!isInjected(error))
      this.#verdict.breach('defect', `A dead letter of its own making: ${what}: ${String(error)}`);
  }

  result(days: number): RunResult {
    const { first } = this.#verdict;
    this.#tallies.add('messages', this.#cloud.handed);
    return {
      seed: this.#seed,
      days,
      violation:
        first === undefined
          ? undefined
          : { ...first, step: this.#trace.steps, atMs: this.#schedule.now(), lastSteps: this.#trace.last() },
      steps: this.#trace.steps,
      hash: this.#trace.hash,
      tally: this.#tallies.with(this.#faultCounts),
    };
  }
}
