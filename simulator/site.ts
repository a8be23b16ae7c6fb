import type { BoardMemories } from './board-memory.ts';
import { DeviceConnection, type Endpoint, type Proof, type Time } from './connection.ts';
import type { VirtualDevice } from './devices/device.ts';
import { JuyBoard } from './devices/juy-board.ts';
import { Reader } from './devices/reader.ts';
import { BaySensor, CorridorSensor, Gate, SmokeDetector } from './devices/sensors.ts';
import { UhppotedBoard } from './devices/uhppoted-board.ts';
import { UhppotedGateway } from './devices/uhppoted-gateway.ts';
import type { DemoEstate } from './estate.ts';
import { seededRandom } from './random.ts';

/** A virtual device of one kind and the line it hangs on. */
export interface Linked<D extends VirtualDevice> {
  readonly device: D;
  readonly link: DeviceConnection;
}

/** Every device of the demo, by its connection's name. */
export interface Site {
  readonly boards: ReadonlyMap<string, Linked<JuyBoard>>;
  readonly readers: ReadonlyMap<string, Linked<Reader>>;
  readonly gateways: ReadonlyMap<string, Linked<UhppotedGateway>>;
  readonly smoke: ReadonlyMap<string, Linked<SmokeDetector>>;
  readonly bays: ReadonlyMap<string, Linked<BaySensor>>;
  readonly corridors: ReadonlyMap<string, Linked<CorridorSensor>>;
  readonly gates: ReadonlyMap<string, Linked<Gate>>;
  /** A reader with a valid certificate that belongs to no estate. */
  readonly stranger: Linked<Reader>;
  readonly doorBoards: readonly UhppotedBoard[];
  readonly links: readonly DeviceConnection[];
}

export interface SiteOptions {
  readonly mqtt: Endpoint;
  readonly boards: Endpoint;
  readonly certificateAuthority: string;
  readonly issue: (thing: string) => Promise<{ key: string; certificate: string }>;
  readonly time: Time;
  readonly speed: number;
  readonly seed: number;
  /** Begins the ids of this run's messages. */
  readonly run: string;
  readonly memories: BoardMemories;
  readonly log: (line: string) => void;
}

const ANSWER_REAL_MS = 10_000;
const OPEN_REAL_MS = 8_000;
const STRANGER = 'stray-reader';

/** Makes every device of these estates, asks for their certificates, and connects them. */
export async function openSite(estates: readonly DemoEstate[], options: SiteOptions): Promise<Site> {
  const links: DeviceConnection[] = [];
  // How long a machine waits for an answer is counted in real time: the network does not run faster with the world.
  const patience = Math.max(1, options.speed);
  const link = <D extends VirtualDevice>(device: D, endpoint: Endpoint, proof: Proof): Linked<D> => {
    const { certificateAuthority, time, log } = options;
    const connection = new DeviceConnection(device, { endpoint, certificateAuthority, proof, time, log });
    links.push(connection);
    return { device, link: connection };
  };
  const thing = async <D extends VirtualDevice>(device: D): Promise<readonly [string, Linked<D>]> =>
    [device.connection, link(device, options.mqtt, await options.issue(device.connection))] as const;
  const things = async <D extends VirtualDevice>(devices: readonly D[]) =>
    new Map(await Promise.all(devices.map(thing)));
  const sensor = (name: string) => ({ thing: name, idPrefix: options.run });
  const reader = (name: string) => new Reader({ ...sensor(name), openMs: OPEN_REAL_MS * patience });

  const places = estates.flatMap((estate) => estate.places);
  const boards = places
    .flatMap((place) => place.boards)
    .map((board) => {
      const { imei, ports, settlementUnitWh, user, password } = board;
      const device = new JuyBoard({
        imei,
        ports,
        settlementUnitWh,
        answerTimeoutMs: ANSWER_REAL_MS * patience,
      });
      device.restore(options.memories.ofChargingBoard(imei));
      return [imei, link(device, options.boards, { user, password })] as const;
    });
  const doorBoards = places.flatMap((place) =>
    place.doorBoard === undefined
      ? []
      : [new UhppotedBoard(place.doorBoard, options.memories.ofDoorBoard(place.doorBoard))],
  );
  const gateways = estates.flatMap((estate) =>
    estate.gateway === undefined ? [] : [gateway(estate, doorBoards, options)],
  );
  const [, stranger] = await thing(
    new Reader({ ...sensor(STRANGER), healthEveryMs: Number.POSITIVE_INFINITY }),
  );
  return {
    boards: new Map(boards),
    readers: await things(
      places.flatMap((place) => (place.reader ? [reader(place.reader.in), reader(place.reader.out)] : [])),
    ),
    gateways: await things(gateways),
    smoke: await things(places.map((place) => new SmokeDetector(sensor(place.smoke)))),
    bays: await things(
      places.flatMap((place) => (place.baySensor ? [new BaySensor(sensor(place.baySensor))] : [])),
    ),
    corridors: await things(
      estates.flatMap((estate) => estate.corridors.map((spot) => new CorridorSensor(sensor(spot.thing)))),
    ),
    gates: await things(
      estates.flatMap((estate) => estate.gates.map((spot) => new Gate(sensor(spot.thing)))),
    ),
    stranger,
    doorBoards,
    links,
  };
}

/** One live event in ten is lost, one in five is late: the slow feed brings all of them. */
function gateway(
  estate: DemoEstate,
  boards: readonly UhppotedBoard[],
  options: SiteOptions,
): UhppotedGateway {
  const random = seededRandom(options.seed, `live feed of ${estate.estateId}`);
  return new UhppotedGateway({
    thing: estate.gateway ?? '',
    timeZone: estate.timeZone,
    zoneAbbreviation: 'CST',
    boards: boards.filter((board) => estate.places.some((place) => place.doorBoard === board.deviceId)),
    liveFate: () => (random.chance(0.1) ? 'lost' : random.chance(0.2) ? random.int(1, 90) * 1000 : 0),
  });
}
