import { ApiFailure, type Client } from '../contract/client.ts';
import type { DemoPackage } from './demo-tariff.ts';
import type { JuyBoard } from './devices/juy-board.ts';
import type { DemoEstate, Place } from './estate.ts';
import type { Visit } from './plan.ts';
import { provision } from './provision.ts';
import type { Linked, Site } from './site.ts';
import type { World } from './world.ts';

export interface Residents {
  readonly world: World;
  readonly site: Site;
  /** Acts as an operator: cash top-ups at the property office. */
  readonly office: Client;
  /** A resident's own phone. */
  readonly phone: (estateId: string, householdId: string) => Promise<Client>;
  /** Begins the ids of this run. */
  readonly run: string;
}

interface Socket {
  readonly board: Linked<JuyBoard>;
  readonly port: number;
}

/** A person at a door is less patient than a charging board. */
const DOOR_REAL_MS = 3_000;
const ANSWER_REAL_MS = 12_000;
const BETWEEN_TRIES_REAL_MS = 700;
const TRIES = 3;
const TOP_UP_FEN = 3000;
/** What the board says aloud, by the vendor's table. */
const TOO_LITTLE_MONEY = 5;
const SPOKEN: Record<number, Phrase> = {
  1: { zh: '卡未登记', en: 'unknown card' },
  2: { zh: '卡不可用', en: 'card frozen' },
  5: { zh: '余额不足', en: 'too little money' },
  6: { zh: '正在使用', en: 'in use' },
};

interface Phrase {
  readonly zh: string;
  readonly en: string;
}

/** One visit from the gate to the way home. */
export async function live(
  residents: Residents,
  estate: DemoEstate,
  place: Place,
  visit: Visit,
): Promise<void> {
  const { world } = residents;
  if (visit.throughGate) passGate(residents, estate, 'in');
  if (!(await throughDoor(residents, estate, place, visit, 'in'))) return;
  const bay = occupyBay(residents, place, visit);
  if (visit.packageId !== undefined) await buyPackage(residents, place, visit, visit.packageId);
  const socket = await plugIn(residents, place, visit);
  await world.sleepUntil(visit.leavesAtMs);
  if (socket) socket.board.link.act((nowMs) => socket.board.device.unplug(socket.port, nowMs));
  bay?.(false);
  await throughDoor(residents, estate, place, visit, 'out');
  if (visit.throughGate) passGate(residents, estate, 'out');
}

/** True when the person is through; a place without a door lets everybody through. */
async function throughDoor(
  residents: Residents,
  estate: DemoEstate,
  place: Place,
  visit: Visit,
  direction: 'in' | 'out',
): Promise<boolean> {
  const { world } = residents;
  if (place.reader) {
    const thing = place.reader[direction];
    return world.alone(thing, () => swipeAtReader(residents, place, thing, visit, direction));
  }
  if (place.doorBoard === undefined || estate.gateway === undefined) return true;
  const gateway = residents.site.gateways.get(estate.gateway);
  if (!gateway) return true;
  let granted = false;
  gateway.link.act((nowMs) => {
    const card = Number.parseInt(visit.holder.cardUid, 16);
    const result = gateway.device.swipe(place.doorBoard ?? 0, 1, direction === 'in' ? 1 : 2, card, nowMs);
    granted = result.granted;
    return result.messages;
  });
  world.say(place.name, ...doorWords(direction, granted ? undefined : 'no rights'));
  // The way out has a button: leaving needs no card.
  return granted || direction === 'out';
}

async function swipeAtReader(
  residents: Residents,
  place: Place,
  thing: string,
  visit: Visit,
  direction: 'in' | 'out',
): Promise<boolean> {
  const { world, site } = residents;
  const reader = site.readers.get(thing);
  if (!reader) return true;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    let swipeId = '';
    reader.link.act((nowMs) => {
      const swipe = reader.device.swipe(visit.holder.cardUid, nowMs);
      swipeId = swipe.swipeId;
      return swipe.messages;
    });
    await world.until(() => reader.device.outcome(swipeId) !== undefined, world.worldMs(DOOR_REAL_MS));
    const outcome = reader.device.outcome(swipeId);
    if (outcome?.unlocked || reader.device.isOpen(world.now())) {
      reader.link.act((nowMs) => reader.device.pass(swipeId, nowMs));
      world.say(place.name, ...doorWords(direction));
      return true;
    }
    world.say(place.name, ...doorWords(direction, outcome?.reason ?? 'no answer'));
    await world.sleepUntil(world.now() + world.worldMs(BETWEEN_TRIES_REAL_MS));
  }
  return false;
}

function doorWords(direction: 'in' | 'out', refusal?: string): [zh: string, en: string] {
  const [zh, en] = direction === 'in' ? ['刷卡进门', 'swiped in'] : ['刷卡出门', 'swiped out'];
  return refusal === undefined ? [zh, en] : [`${zh}被拒`, `${en}: refused, ${refusal}`];
}

function passGate({ site }: Residents, estate: DemoEstate, direction: 'in' | 'out'): void {
  const spot = estate.gates[direction === 'in' ? 0 : estate.gates.length - 1];
  const gate = spot && site.gates.get(spot.thing);
  gate?.link.act((nowMs) => gate.device.passed(direction, 'e-bike', nowMs));
}

function occupyBay(
  { site }: Residents,
  place: Place,
  visit: Visit,
): ((occupied: boolean) => void) | undefined {
  const sensor = place.baySensor === undefined ? undefined : site.bays.get(place.baySensor);
  if (!sensor) return undefined;
  const bay = (Number.parseInt(visit.holder.cardUid, 16) % place.bays) + 1;
  const change = (occupied: boolean) =>
    sensor.link.act((nowMs) => sensor.device.change(bay, occupied, nowMs));
  change(true);
  return change;
}

function freeSocket({ site }: Residents, place: Place): Socket | undefined {
  for (const { imei } of place.boards) {
    const board = site.boards.get(imei);
    const port = board?.device.ports.find((socket) => !socket.plugged && !socket.session && !socket.fault);
    if (board?.device.loggedIn && port) return { board, port: port.number };
  }
  return undefined;
}

async function plugIn(residents: Residents, place: Place, visit: Visit): Promise<Socket | undefined> {
  const { world } = residents;
  const socket = freeSocket(residents, place);
  if (!socket) {
    world.say(place.name, '没有空闲充电口', 'no free port');
    return undefined;
  }
  socket.board.device.plug(socket.port, visit.battery);
  const label = { zh: `${socket.port}号口`, en: `port ${socket.port}` };
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const refusal = await askForPower(residents, socket, visit, attempt);
    if (!refusal) {
      world.say(place.name, `${label.zh}开始充电`, `${label.en} charging, ${visit.battery.chargerW} W`);
      return socket;
    }
    world.say(place.name, `${label.zh}未启动：${refusal.zh}`, `${label.en} did not start: ${refusal.en}`);
    await world.sleepUntil(world.now() + world.worldMs(BETWEEN_TRIES_REAL_MS));
  }
  return socket;
}

/** By card at the port or from the phone; undefined when the port works. */
async function askForPower(
  residents: Residents,
  socket: Socket,
  visit: Visit,
  attempt: number,
): Promise<Phrase | undefined> {
  const { world } = residents;
  const { device, link } = socket.board;
  const port = device.ports[socket.port - 1];
  if (visit.startedBy === 'phone') {
    const refusal = await startFromPhone(residents, socket, visit, attempt);
    if (refusal) return refusal;
  } else {
    link.act((nowMs) => device.card(socket.port, Number.parseInt(visit.holder.cardUid, 16), nowMs));
  }
  const settled = () => port?.session !== undefined || device.cardAnswer(socket.port) !== undefined;
  await world.until(settled, world.worldMs(ANSWER_REAL_MS));
  if (port?.session) return undefined;
  const answer = device.cardAnswer(socket.port);
  if (answer === TOO_LITTLE_MONEY) await topUp(residents, visit);
  return answer === undefined
    ? { zh: '无应答', en: 'no answer' }
    : (SPOKEN[answer] ?? { zh: '拒绝', en: `code ${answer}` });
}

async function startFromPhone(
  residents: Residents,
  socket: Socket,
  visit: Visit,
  attempt: number,
): Promise<Phrase | undefined> {
  const { device } = socket.board;
  const requestId = `${residents.run}-${visit.holder.householdId}-${visit.atMs}-${attempt}`;
  try {
    const phone = await residents.phone(visit.estateId, visit.holder.householdId);
    await phone.call('POST /estates/{estateId}/sessions', {
      path: { estateId: visit.estateId },
      body: { requestId, deviceId: device.connection, port: socket.port },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.error === 'too-little-money') await topUp(residents, visit);
    return { zh: `手机：${error.error}`, en: `phone: ${error.error}` };
  }
}

/** By phone, with money brought to the office before; nobody buys a second one while the first is good. */
async function buyPackage(
  residents: Residents,
  place: Place,
  visit: Visit,
  packageId: DemoPackage,
): Promise<void> {
  const { world, run } = residents;
  const { estateId, atMs } = visit;
  const { householdId } = visit.holder;
  const phone = await residents.phone(estateId, householdId);
  try {
    const { purchases } = await phone.call('GET /estates/{estateId}/households/{householdId}/wallet', {
      path: { estateId, householdId },
    });
    if (purchases.length > 0) return;
    await topUp(residents, visit);
    const requestId = `${run}-package-${householdId}-${atMs}`;
    await phone.call('POST /estates/{estateId}/packages', {
      path: { estateId },
      body: { requestId, packageId },
    });
    world.say(place.name, '手机购买套餐', `buys ${packageId} by phone`);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    world.say(place.name, `套餐未购买：${error.error}`, `no package bought: ${error.error}`);
  }
}

async function topUp({ office, run }: Residents, visit: Visit): Promise<void> {
  const { householdId } = visit.holder;
  const transferId = `cash-${run}-${householdId}-${visit.atMs}`;
  await provision(office, visit.estateId, [
    { kind: 'top-up', transferId, householdId, amountFen: TOP_UP_FEN },
  ]);
}
