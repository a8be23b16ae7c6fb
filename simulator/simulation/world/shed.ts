import { JuyBoard } from '../../devices/juy-board.ts';
import type { TableManners } from '../../devices/juy-table-frames.ts';
import { Reader } from '../../devices/reader.ts';
import { BaySensor, CorridorSensor, SmokeDetector } from '../../devices/sensors.ts';
import { UhppotedBoard } from '../../devices/uhppoted-board.ts';
import { UhppotedGateway } from '../../devices/uhppoted-gateway.ts';
import type { Random } from '../../random.ts';
import type { Faults } from './faults.ts';
import type { Line, Network } from './network.ts';
import type { Schedule } from './schedule.ts';
import { boards, cardNumberOf, doorBoard, holders, portsOfBoard, things, timeZone } from './small-estate.ts';

const TICK_MS = 10_000;
const TROUBLE_EVERY_MS = 30 * 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A device of a known kind on its line. */
export type LineOf<D> = Line & { device: D & Line['device'] };

export interface ShedParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly random: Random;
  readonly network: Network;
  /** After every look at the devices. */
  readonly onTick: () => void;
}

/** All devices of the estate, with what befalls them. */
export class Shed {
  readonly #parts: ShedParts;
  readonly #secondManners: TableManners;
  readonly boards: readonly LineOf<JuyBoard>[];
  readonly readerIn: LineOf<Reader>;
  readonly readerOut: LineOf<Reader>;
  readonly gateway: LineOf<UhppotedGateway>;
  readonly smoke: LineOf<SmokeDetector>;
  readonly corridor: LineOf<CorridorSensor>;
  readonly bays: LineOf<BaySensor>;

  constructor(parts: ShedParts) {
    this.#parts = parts;
    this.#secondManners = parts.random.pick(['take', 'take', 'refuse', 'ignore']);
    const options = (thing: string) => ({ thing, idPrefix: thing });
    this.boards = boards.map((_, index) => this.#line(newBoard(index, this.#manners(index))));
    this.readerIn = this.#line(new Reader(options(things.readerIn)));
    this.readerOut = this.#line(new Reader(options(things.readerOut)));
    this.smoke = this.#line(new SmokeDetector(options(things.smoke)));
    this.corridor = this.#line(new CorridorSensor(options(things.corridor)));
    this.bays = this.#line(new BaySensor(options(things.bay)));
    this.gateway = this.#line(this.#newGateway());
  }

  /** Switches everything on. */
  start(): void {
    const { network, schedule } = this.#parts;
    for (const line of network.lines) network.act(line, (nowMs) => line.device.start(nowMs));
    schedule.routinely(TICK_MS, '', () => this.#tick());
    schedule.routinely(TROUBLE_EVERY_MS, '', () => this.#trouble());
  }

  /** The first board shows the prices that it is told; the other is of some make or other. */
  #manners(index: number): TableManners {
    return index === 0 ? 'take' : this.#secondManners;
  }

  #line<D extends Line['device']>(device: D): LineOf<D> {
    return this.#parts.network.add({ device, online: true, skewMs: 0 }) as LineOf<D>;
  }

  #newGateway(): UhppotedGateway {
    const { random } = this.#parts;
    const cards = holders.map(({ cardUid }) => ({
      number: cardNumberOf(cardUid),
      startDate: '2026-01-01',
      endDate: '2027-12-31',
      doors: { '1': true },
    }));
    return new UhppotedGateway({
      thing: things.gateway,
      timeZone,
      zoneAbbreviation: 'CST',
      boards: [new UhppotedBoard(doorBoard, { lastIndex: 100, cards })],
      liveFate: () => (random.chance(0.15) ? 'lost' : random.chance(0.2) ? random.int(100, 60_000) : 0),
    });
  }

  #tick(): void {
    const { network, schedule, onTick } = this.#parts;
    for (const line of network.lines) if (line.online) network.act(line, (nowMs) => line.device.tick(nowMs));
    onTick();
    schedule.routinely(TICK_MS, '', () => this.#tick());
  }

  /** What happens to devices: no network for a while, a power cut, a clock that is wrong, numbers that begin again. */
  #trouble(): void {
    const { faults, network, random, schedule } = this.#parts;
    for (const line of network.lines) {
      if (line.online && faults.strikes('device-offline')) this.#away(line, random.int(1, 70) * MINUTE_MS);
      if (faults.strikes('device-clock-wrong')) this.#wrongClock(line);
    }
    for (const { device } of [this.readerIn, this.readerOut, this.smoke, this.corridor])
      if (faults.strikes('device-counts-anew')) device.countAnew(random.int(1, 6));
    const [, second] = this.boards;
    if (second?.online === true && faults.strikes('device-power-cut')) this.#powerCut(second);
    schedule.routinely(TROUBLE_EVERY_MS, '', () => this.#trouble());
  }

  #away(line: Line, forMs: number): void {
    const { network, schedule } = this.#parts;
    line.online = false;
    schedule.after(forMs, `${line.device.connection} is connected again`, () => {
      line.online = true;
      network.act(line, (nowMs) => line.device.start(nowMs));
    });
  }

  #wrongClock(line: Line): void {
    const { random, schedule } = this.#parts;
    const now = schedule.now();
    line.skewMs = random.pick([-now + 1000, DAY_MS, -DAY_MS, 5 * MINUTE_MS, -5 * MINUTE_MS]);
    // A board counts seconds, and its sessions would run with the clock that is set under them.
    if (line.device instanceof JuyBoard) line.skewMs = 0;
    schedule.after(random.int(10, 120) * MINUTE_MS, `${line.device.connection} has the right time`, () => {
      line.skewMs = 0;
    });
  }

  /** The board forgets its sessions: their end is never told. Whatever was plugged in still stands there. */
  #powerCut(line: LineOf<JuyBoard>): void {
    const index = boards.indexOf(line.device.connection as (typeof boards)[number]);
    line.device = newBoard(index, this.#manners(index)) as never;
    this.#away(line, this.#parts.random.int(1, 10) * MINUTE_MS);
  }
}

function newBoard(index: number, tables: TableManners): JuyBoard {
  return new JuyBoard({
    imei: boards[index] ?? '',
    ports: portsOfBoard,
    settlementUnitWh: index === 0 ? 10 : 1,
    tables,
  });
}
