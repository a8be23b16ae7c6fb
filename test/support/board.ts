import {
  type Downlink,
  decodeDownlink,
  encodeCard,
  encodeHeartbeat,
  encodeLive,
  encodeLocalStart,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  type SettlementReport,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import type { Arrival, TestEstate } from './estate.ts';
import { boardId, cardNumber } from './estate-names.ts';

/** The topic on which the board sends what has this number. */
export const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;

interface PortAndOrder {
  readonly port: number;
  readonly order: number;
}

/** What a port shows in a frame, after so many seconds of its own. */
export const reading = (port: number, seconds: number, energyWh: number, powerW = 200) => ({
  ...{ port, band: 0, priceFen: 0, powerW, seconds, moneyFen: 0, temperatureC: 25 },
  energyCentiKWh: Math.floor(energyWh / 10),
});

/** The board's account of a session, in its unit of 10 Wh. */
export const account = (
  { port, order }: PortAndOrder,
  seconds: number,
  energyWh: number,
  more: Partial<SettlementReport> = {},
) =>
  encodeSettlement({
    ...{ port, order, seconds, energyUnits: Math.floor(energyWh / 10), moneyFen: 0 },
    ...{ stopReason: 0, powerW: 20, card: 0, bands: [], ...more },
  });

/** The charging board of an estate: what it says, and what it was told. */
export class TestBoard {
  readonly #estate: TestEstate;

  constructor(estate: TestEstate) {
    this.#estate = estate;
  }

  says(command: string, frame: Uint8Array, arrival?: Arrival): Promise<void> {
    return this.#estate.deliver(up(command), frame, arrival);
  }

  /** A card is held to a port, to start a session there. */
  card(port: number, card = cardNumber, arrival?: Arrival): Promise<void> {
    return this.says('87', encodeCard(port, card, 2), arrival);
  }

  /** A card is held to a port, and asks only what it has. */
  balance(port: number, card = cardNumber): Promise<void> {
    return this.says('87', encodeCard(port, card, 1));
  }

  /** 0 started, 1 charges already, 2 the port has a fault. */
  startAnswer(start: StartRequest, result: 0 | 1 | 2 = 0, arrival?: Arrival): Promise<void> {
    return this.says('83', encodeStartAnswer(start, result), arrival);
  }

  /** A card is held to a port, and the board says that it has started. */
  async starts(port: number): Promise<StartRequest> {
    await this.card(port);
    const start = this.lastStart();
    await this.startAnswer(start);
    return start;
  }

  /** 0 stopped, 1 was idle, 2 the order is another. */
  stopAnswer(order: number, result: 0 | 1 | 2 = 0, port = 2): Promise<void> {
    return this.says('84', encodeStopAnswer(port, order, result));
  }

  startsAlone(port: number, order: number, startKind = 2, spentFen = 100): Promise<void> {
    return this.says('86', encodeLocalStart(port, order, startKind, spentFen));
  }

  settles(...told: Parameters<typeof account>): Promise<void> {
    return this.says('85', account(...told));
  }

  /** 0 free, 1 in use, 2 fuse blown, 3 relay stuck, 4 disabled; the ports that are not named are free. */
  heartbeat(states: Readonly<Record<number, number>> = {}): Promise<void> {
    const ports = Array.from({ length: 12 }, (_, index) => states[index + 1] ?? 0);
    return this.says('82', encodeHeartbeat(20, 25, ports));
  }

  frame(...ports: ReturnType<typeof reading>[]): Promise<void> {
    return this.says('88', encodeLive(2300, 25, ports));
  }

  /** Everything that was published, as a board reads it: what is no frame is nothing to it. */
  told(): (Downlink | undefined)[] {
    return this.#estate.published.map(({ payload }) => decodeDownlink(payload));
  }

  /** What it was told of one kind. */
  toldTo<Kind extends Downlink['kind']>(kind: Kind): Extract<Downlink, { kind: Kind }>[] {
    return this.told().filter((down): down is Extract<Downlink, { kind: Kind }> => down?.kind === kind);
  }

  lastStart(): StartRequest {
    const start = this.toldTo('start').at(-1);
    if (start === undefined) throw new Error('No start was sent');
    return start;
  }
}
