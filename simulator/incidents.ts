import { encodeHeartbeat } from './devices/juy-frames.ts';
import type { DemoEstate } from './estate.ts';
import type { Incident, IncidentKind } from './plan.ts';
import type { Site } from './site.ts';
import type { World } from './world.ts';

interface Scene {
  readonly world: World;
  readonly site: Site;
  readonly estate: DemoEstate;
  readonly incident: Incident;
}

/** Cards that nobody registered: their last three bytes are none of the estates'. */
const FOREIGN_CARD = 'FE000000';

/** One thing that goes wrong, played out. */
export async function befall(
  world: World,
  site: Site,
  estate: DemoEstate,
  incident: Incident,
): Promise<void> {
  await PLAYS[incident.kind]({ world, site, estate, incident });
}

const PLAYS: Record<IncidentKind, (scene: Scene) => void | Promise<void>> = {
  'unknown-card-at-door': (scene) => swipeInVain(scene, FOREIGN_CARD, '陌生卡', 'an unknown card'),
  'revoked-card': (scene) => swipeInVain(scene, scene.estate.lost.cardUid, '挂失卡', 'a revoked card'),
  'unknown-card-at-port': unknownCardAtPort,
  'bike-in-corridor': bikeInCorridor,
  'broken-frame': brokenFrame,
  'unknown-device': unknownDevice,
  smoke,
  'car-at-gate': (scene) => atGate(scene, 'car'),
  'ambulance-at-gate': (scene) => atGate(scene, 'emergency'),
};

function swipeInVain({ world, site, estate }: Scene, cardUid: string, zh: string, en: string): void {
  const place = estate.places.find((candidate) => candidate.reader);
  const reader = place?.reader && site.readers.get(place.reader.in);
  if (!place || !reader) return;
  world.say(place.name, `${zh}刷卡`, `${en} is shown at the door`);
  reader.link.act((nowMs) => reader.device.swipe(cardUid, nowMs).messages);
}

function unknownCardAtPort({ world, site, estate, incident }: Scene): void {
  const place = nth(estate.places, incident.where);
  const board = nth(place.boards, incident.where);
  const linked = site.boards.get(board.imei);
  const port = linked?.device.ports.findLast((socket) => !socket.session);
  if (!linked || !port) return;
  world.say(place.name, `${port.number}号口陌生卡`, `an unknown card at port ${port.number}`);
  linked.link.act((nowMs) => linked.device.card(port.number, Number.parseInt(FOREIGN_CARD, 16), nowMs));
}

async function bikeInCorridor({ world, site, estate, incident }: Scene): Promise<void> {
  const spot = nth(estate.corridors, incident.where);
  const sensor = site.corridors.get(spot.thing);
  if (!sensor) return;
  world.say(spot.place, '有电动车停放', 'an e-bike is left here');
  sensor.link.act((nowMs) => sensor.device.see(1, 0.93, nowMs));
  await world.sleepUntil(incident.atMs + incident.lastsMs);
  world.say(spot.place, '电动车已移走', 'the e-bike is gone');
  sensor.link.act((nowMs) => sensor.device.see(0, 0.97, nowMs));
}

/** One byte of a heartbeat flips on the way: the sum no longer fits. */
function brokenFrame({ world, site, estate, incident }: Scene): void {
  const place = nth(estate.places, incident.where);
  const linked = site.boards.get(nth(place.boards, incident.where).imei);
  if (!linked) return;
  const payload = encodeHeartbeat(20, 30, [0, 0]);
  payload.writeUInt8(payload.readUInt8(6) ^ 0x40, 6);
  world.say(place.name, '充电桩发出坏帧', 'a board sends a broken frame');
  linked.link.act(() => [{ topic: `JUY/D2S/${linked.device.connection}/82/DEV`, payload }]);
}

function unknownDevice({ world, site, estate }: Scene): void {
  const { device, link } = site.stranger;
  world.say(estate.name, '未登记设备上报', 'a device that belongs to no estate reports a swipe');
  link.act((nowMs) => device.swipe(estate.lost.cardUid, nowMs).messages);
}

async function smoke({ world, site, estate, incident }: Scene): Promise<void> {
  const place = nth(estate.places, incident.where);
  const detector = site.smoke.get(place.smoke);
  if (!detector) return;
  world.say(place.name, '烟感报警！', 'SMOKE');
  detector.link.act((nowMs) => detector.device.set(true, nowMs));
  await world.sleepUntil(incident.atMs + incident.lastsMs);
  world.say(place.name, '烟感恢复', 'the smoke has cleared');
  detector.link.act((nowMs) => detector.device.set(false, nowMs));
}

function atGate({ world, site, estate, incident }: Scene, vehicle: 'car' | 'emergency'): void {
  const spot = nth(estate.gates, incident.where);
  const gate = site.gates.get(spot.thing);
  if (!gate) return;
  const direction = incident.where % 2 === 0 ? 'in' : 'out';
  if (vehicle === 'emergency') world.say(spot.place, '救护车通过', 'an ambulance passes');
  gate.link.act((nowMs) => gate.device.passed(direction, vehicle, nowMs));
}

function nth<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('Nothing of this kind in the estate');
  return item;
}
