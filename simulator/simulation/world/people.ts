import { startSession } from '../../../src/charging/start-session.ts';
import { stopForPerson } from '../../../src/charging/stop-session.ts';
import type { Backend } from '../../../src/journal/commit.ts';
import { agreementSchema } from '../../../src/journal/facts/session.ts';
import { DomainError } from '../../../src/shared/errors.ts';
import { keys } from '../../../src/shared/keys.ts';
import type { JuyBoard } from '../../devices/juy-board.ts';
import type { Random } from '../../random.ts';
import type { Functions } from './functions.ts';
import { isInjected } from './invocation.ts';
import type { Network } from './network.ts';
import type { Schedule } from './schedule.ts';
import type { LineOf, Shed } from './shed.ts';
import {
  cardNumberOf,
  doorBoard,
  type Holder,
  memberOf,
  personOrigin,
  portsOfBoard,
} from './small-estate.ts';
import type { Verdict } from './violation.ts';

export interface PeopleParts {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly network: Network;
  readonly shed: Shed;
  readonly functions: Functions;
  readonly verdict: Verdict;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const CHARGER_W = [120, 180, 250, 350, 900];

/** Where somebody has plugged in. */
interface Place {
  readonly line: LineOf<JuyBoard>;
  readonly port: number;
}

/** Calls an API function until it has answered, as a person with a page does; a named refusal is an answer. */
export async function insist<T>(
  { schedule, random, functions, verdict }: Omit<PeopleParts, 'network' | 'shed'>,
  name: string,
  attempts: number,
  request: (backend: Backend) => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const outcome = await functions.invoke(name, request);
    if (outcome.ok) return outcome.value;
    const refused = outcome.error instanceof DomainError && !outcome.error.retry;
    if (refused) return undefined;
    if (!isInjected(outcome.error))
      verdict.breach('defect', `${name} failed by itself: ${String(outcome.error)}`);
    await schedule.sleep(random.int(1, 20) * SECOND_MS, '');
  }
  return undefined;
}

/** The residents: they come, plug in, hold cards and phones to things, and go. */
export class People {
  readonly #parts: PeopleParts;
  #requests = 0;
  /** Told to go home: nobody stays longer. */
  goHome = false;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** One visit of one person, from door to door. */
  async visit(holder: Holder): Promise<void> {
    const { random, schedule } = this.#parts;
    if (!(await this.#enter(holder))) return;
    const place = random.chance(0.95) ? await this.#plugIn() : undefined;
    const charging = place !== undefined && (await this.#start(holder, place));
    if (charging) await this.#stay(holder, place);
    else await schedule.sleep(random.int(10, 300) * SECOND_MS, '');
    if (place !== undefined) this.#unplug(place);
    await this.#leave(holder);
  }

  /** Through the reader, or by the side door with its own list; some try a card that nobody knows. */
  async #enter({ cardUid }: Holder): Promise<boolean> {
    const { random, schedule } = this.#parts;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (random.chance(0.3)) return this.#sideDoor(cardUid, 1);
      const shown = random.chance(0.04) ? '0499FFEE' : cardUid;
      if (await this.#reader('readerIn', shown)) return true;
      await schedule.sleep(random.int(2, 60) * SECOND_MS, '');
    }
    return false;
  }

  async #leave({ cardUid }: Holder): Promise<void> {
    const { random, schedule } = this.#parts;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (random.chance(0.3)) {
        this.#sideDoor(cardUid, 2);
        return;
      }
      if (await this.#reader('readerOut', cardUid)) return;
      await schedule.sleep(random.int(2, 30) * SECOND_MS, '');
    }
  }

  #sideDoor(cardUid: string, direction: 1 | 2): boolean {
    const { network, shed } = this.#parts;
    let granted = false;
    network.act(shed.gateway, (nowMs) => {
      const swipe = shed.gateway.device.swipe(doorBoard, 1, direction, cardNumberOf(cardUid), nowMs);
      granted = swipe.granted;
      return swipe.messages;
    });
    return granted;
  }

  async #reader(which: 'readerIn' | 'readerOut', cardUid: string): Promise<boolean> {
    const { network, schedule, shed } = this.#parts;
    const line = shed[which];
    let swipeId = '';
    network.act(line, (nowMs) => {
      const swipe = line.device.swipe(cardUid, nowMs);
      swipeId = swipe.swipeId;
      return swipe.messages;
    });
    for (let waited = 0; waited < 12 && line.device.outcome(swipeId) === undefined; waited += 1)
      await schedule.sleep(SECOND_MS, '');
    if (line.device.outcome(swipeId)?.unlocked !== true) return false;
    network.act(line, (nowMs) => line.device.pass(swipeId, nowMs));
    return true;
  }

  async #plugIn(): Promise<Place | undefined> {
    const { random, shed } = this.#parts;
    const free = shed.boards.flatMap((line) =>
      line.device.ports.flatMap((port) =>
        port.plugged || port.session ? [] : [{ line, port: port.number }],
      ),
    );
    if (free.length === 0) return undefined;
    const place = random.pick(free);
    place.line.device.plug(place.port, {
      needWh: random.int(20, 1400),
      chargerW: random.pick(CHARGER_W),
      taperS: 900,
    });
    return place;
  }

  #unplug({ line, port }: Place): void {
    this.#parts.network.act(line, (nowMs) => line.device.unplug(port, nowMs));
  }

  /** By card, by phone, by both at once, or with the key of the house; answers whether the port works. */
  async #start(holder: Holder, place: Place): Promise<boolean> {
    const { random, network, schedule } = this.#parts;
    const { line, port } = place;
    const [first] = this.#parts.shed.boards;
    if (line === first && random.chance(0.04)) {
      network.act(line, (nowMs) => line.device.freeKey(port, nowMs));
      return true;
    }
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (random.chance(0.55)) this.#card(holder, place);
      else void this.#phone(holder, place);
      // Somebody else of the household, or an impatient hand, at the same moment.
      if (random.chance(0.3)) void this.#phone(holder, random.chance(0.5) ? place : this.#other(place));
      if (random.chance(0.08)) this.#card(holder, this.#other(place));
      for (let waited = 0; waited < 20; waited += 1) {
        await schedule.sleep(2 * SECOND_MS, '');
        if (line.device.ports[port - 1]?.session) return true;
        if (line.device.cardAnswer(port) !== undefined) break;
      }
      if (random.chance(0.4)) return false;
    }
    return false;
  }

  #other({ line, port }: Place): Place {
    const { random, shed } = this.#parts;
    return { line: random.chance(0.5) ? line : random.pick(shed.boards), port: (port % portsOfBoard) + 1 };
  }

  #card({ cardUid }: Holder, { line, port }: Place): void {
    const { network, random } = this.#parts;
    const card = random.chance(0.03) ? 0x04_99_ff_ee : cardNumberOf(cardUid);
    network.act(line, (nowMs) => line.device.card(port, card, nowMs));
  }

  async #phone({ householdId, credentialId }: Holder, { line, port }: Place): Promise<void> {
    const { schedule } = this.#parts;
    this.#requests += 1;
    const identity = `phone:${householdId}:${this.#requests}`;
    const deviceId = line.device.connection;
    await insist(this.#parts, 'api-charging', 3, async (backend) => {
      const board = await backend.registry.device(deviceId);
      if (board?.kind !== 'charging-board') return;
      await startSession(
        backend,
        personOrigin(householdId, schedule.now(), `${identity} ${deviceId} ${port}`),
        {
          ...{ board, port, identity, startedBy: 'phone', householdId },
          credentialId: `phone:${householdId}`,
          memberId: memberOf(credentialId),
        },
      );
    });
  }

  /** Until the battery is full, or the person is back; a few stop it from the phone, and come when it suits them. */
  async #stay(holder: Holder, { line, port }: Place): Promise<void> {
    const { random, schedule } = this.#parts;
    await this.#wait(random.chance(0.5) ? random.int(1, 30) : random.int(30, 300));
    if (random.chance(0.25)) {
      await this.#stop(holder, line.device.connection, port);
      if (random.chance(0.5)) await this.#wait(random.int(5, 60));
    }
    // The bike is in nobody's way, they think.
    if (random.chance(0.15)) await this.#wait(random.int(30, 180));
    await schedule.sleep(random.int(1, 40) * SECOND_MS, '');
  }

  async #wait(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes && !this.goHome; minute += 5)
      await this.#parts.schedule.sleep(5 * MINUTE_MS, '');
  }

  async #stop({ householdId }: Holder, deviceId: string, port: number): Promise<void> {
    const { network, schedule } = this.#parts;
    network.mayLoseStops(deviceId, port);
    await insist(this.#parts, 'api-charging', 2, async (backend) => {
      const [slot] = await backend.table.get([keys.port(deviceId, port)]);
      const open = agreementSchema.safeParse(slot?.['open']);
      if (open.success && open.data.householdId === householdId)
        await stopForPerson(
          backend,
          personOrigin(householdId, schedule.now(), `stop ${open.data.sessionId}`),
          open.data,
        );
    });
  }
}
