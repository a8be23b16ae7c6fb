import {
  decodeDownlink,
  encodeCard,
  encodeLive,
  encodeLogin,
  encodeSettlement,
  encodeStartAnswer,
  type StartRequest,
} from '../simulator/devices/juy-frames.ts';
import { type Connection, connectBoard } from './connection.ts';
import { boardLogin, boardPorts, busyBoard, quietBoard, residents } from './estate.ts';
import { round } from './statistics.ts';
import { type Costs, combine, type World } from './world.ts';

export interface SessionReport {
  /** One frame of a board with twelve ports at work. */
  readonly frame: Costs;
  /** One session of six hours: its parts, by function. */
  readonly start: Costs;
  /** What its first timer adds to a sweep. */
  readonly firstTimer: Costs;
  readonly frames: Costs;
  readonly end: Costs;
  readonly framesTold: number;
  /** The minute's look when nothing is due. */
  readonly idleMinute: Costs;
}

const frameEveryS = 300;
const framesTold = 72;
const busyFrames = 6;
const powerW = 200;
const startTimerMs = 95_000;

/**
 * A session in two times: where somebody waits the clock runs, so that commands and their answers meet as in life; the
 * hours between are told by a clock that is moved.
 */
export async function measureSessions(world: World): Promise<SessionReport> {
  const { cloud, clock } = world;
  const [first, ...others] = residents(boardPorts + 1);
  if (first === undefined) throw new RangeError('A session needs a resident');
  const quiet = await openBoard(world, quietBoard);
  const busy = await openBoard(world, busyBoard);
  try {
    let order = 0;
    const start = await world.cost(async () => {
      order = await quiet.start(1, first.card);
    });
    clock.stop();
    clock.set(clock.now() + startTimerMs);
    const firstTimer = await world.cost(() => cloud.tick());
    const beganMs = clock.now() - startTimerMs;
    const frames = await world.cost(async () => {
      for (let told = 1; told <= framesTold; told += 1) {
        clock.set(beganMs + told * frameEveryS * 1000);
        await quiet.frame([1], told * frameEveryS);
        await cloud.idle();
      }
    });
    clock.run();
    const end = await world.cost(() => quiet.settle(1, order, framesTold * frameEveryS));
    const idleMinute = await world.cost(() => cloud.tick());
    for (const [index, { card }] of others.entries()) await busy.start(index + 1, card);
    await cloud.idle();
    const frame = await busyFrame(world, busy);
    return {
      frame: withoutSweeps(frame),
      start: withoutSweeps(start),
      firstTimer: { sweep: combine(Object.values(firstTimer), idleMinute['sweep']) },
      frames: withoutSweeps(frames),
      end: withoutSweeps(end),
      framesTold,
      idleMinute,
    };
  } finally {
    clock.run();
    await Promise.all([quiet.end(), busy.end()]);
  }
}

/** The minute's sweep goes on whatever happens; what it does for a session is measured by itself. */
function withoutSweeps({ sweep: _, ...costs }: Costs): Costs {
  return costs;
}

async function busyFrame({ cloud, clock, cost }: World, busy: Board): Promise<Costs> {
  clock.stop();
  const ports = Array.from({ length: boardPorts }, (_, index) => index + 1);
  const beganMs = clock.now();
  const costs = await cost(async () => {
    for (let told = 1; told <= busyFrames; told += 1) {
      clock.set(beganMs + told * frameEveryS * 1000);
      await busy.frame(ports, told * frameEveryS);
      await cloud.idle();
    }
  });
  return Object.fromEntries(
    Object.entries(costs).map(([name, whole]) => {
      const each = { ...whole };
      for (const key of Object.keys(each) as (keyof typeof each)[])
        each[key] = round(each[key] / busyFrames, 2);
      return [name, each];
    }),
  );
}

type Board = Awaited<ReturnType<typeof openBoard>>;

/** A charging board that says what a real one would, when it is told to. */
async function openBoard({ cloud }: World, imei: string) {
  const connection: Connection = await connectBoard(cloud, imei, boardLogin.user, boardLogin.password);
  const say = (command: string, frame: Buffer) => connection.say(`JUY/D2S/${imei}/${command}/DEV`, frame);
  const answered = (kind: string) => connection.hear((_, payload) => decodeDownlink(payload)?.kind === kind);
  const login = {
    imei,
    ports: boardPorts,
    hardware: 'bench',
    software: 'bench',
    simNumber: '1',
    signal: 20,
    restartReason: 0,
  };
  await Promise.all([answered('login-answer'), say('81', encodeLogin(login))]);
  return {
    /** A card is held to the port; the board starts and says so. Answers the order. */
    async start(port: number, card: number): Promise<number> {
      const [payload] = await Promise.all([answered('start'), say('87', encodeCard(port, card, 2))]);
      const request = decodeDownlink(payload) as StartRequest;
      await say('83', encodeStartAnswer(request, 0));
      return request.order;
    },
    frame: (ports: readonly number[], seconds: number) =>
      say(
        '88',
        encodeLive(
          2300,
          25,
          ports.map((port) => portReading(port, seconds)),
        ),
      ),
    async settle(port: number, order: number, seconds: number): Promise<void> {
      const energyUnits = Math.floor(energyWh(seconds) / 10);
      const account = { port, order, seconds, energyUnits, moneyFen: 0, stopReason: 0, powerW: 5 };
      await Promise.all([
        answered('settlement-answer'),
        say('85', encodeSettlement({ ...account, card: 0, bands: [] })),
      ]);
    },
    end: () => connection.end(),
  };
}

function portReading(port: number, seconds: number) {
  return {
    port,
    band: 1,
    priceFen: 0,
    powerW,
    seconds,
    moneyFen: 0,
    energyCentiKWh: Math.floor(energyWh(seconds) / 10),
    temperatureC: 30,
  };
}

function energyWh(seconds: number): number {
  return (powerW * seconds) / 3600;
}

/** Everything that one session cost beside its frames. */
export function besideFrames({ start, firstTimer, end }: SessionReport) {
  return combine([start, firstTimer, end].flatMap((part) => Object.values(part)));
}
