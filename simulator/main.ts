import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { ApiFailure, Client } from '../contract/client.ts';
import { openToolClient } from '../contract/tool.ts';
import { BoardMemories } from './board-memory.ts';
import { type AlertNotice, acknowledge, openInbox } from './committee.ts';
import { demoEstates } from './estate.ts';
import { runEvenings } from './evening.ts';
import { build, moveInAccountHolder, moveInFirst, moveInOthers } from './move-in.ts';
import { planDay, planOpening } from './plan.ts';
import { openSite, type Site } from './site.ts';
import { followClock, type RunningWorld, runWorld } from './world.ts';

const endpoint = z.object({ host: z.string(), port: z.int() });

/** Where the local cloud is, as its starter tells in PENGYOU_LOCAL. */
const localSchema = z.object({
  api: z.string(),
  mqtt: endpoint,
  boards: endpoint,
  certificateAuthorityFile: z.string(),
  adminUrl: z.string(),
});
type Local = z.infer<typeof localSchema>;

const LOOK_FOR_PARENT_EVERY_REAL_MS = 1000;
const SAVE_EVERY_REAL_MS = 1000;
/** A machine that has much else to do may need minutes for what takes a second. */
const PATIENT_FOR_REAL_MS = 20 * 60_000;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const report = (error: unknown): void =>
  print(`simulator: ${error instanceof Error ? error.message : String(error)}`);

/** What the API cannot do now is asked for again, as it says, and whoever watches is told why nothing happens. */
const patience = {
  forMs: PATIENT_FOR_REAL_MS,
  waits: ({ status, error }: ApiFailure, waitMs: number) => {
    print(
      `simulator: 云端正忙，${waitMs / 1000} 秒后再试 · the cloud is busy (${status ?? 'no answer'} ${error}); asked again in ${waitMs / 1000} s`,
    );
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error('--seed takes a whole number');
  const local = localSchema.parse(JSON.parse(process.env['PENGYOU_LOCAL'] ?? '{}'));
  const time = await followClock(local.adminUrl);
  // Two runs never share a message id, even if the world's clock is set back between them.
  const run = Date.now().toString(36);
  const office = openToolClient(
    local.api,
    await accessToken(local, { sub: 'demo-operator', roles: 'operator' }),
    patience,
  );
  const second = openToolClient(
    local.api,
    await accessToken(local, { sub: 'demo-manager', roles: 'manager' }),
  );
  const inbox = await openInbox((notice) => void showAlert(notice, local).catch(report));
  await moveInAccountHolder(office, second, inbox.url);
  // Whoever started this process may say now that all is ready.
  process.send?.('account-holder-in');
  await build(office);

  const memories = new BoardMemories(join(dirname(local.certificateAuthorityFile), 'simulator-boards.json'));
  const site = await openSite(demoEstates, {
    mqtt: local.mqtt,
    boards: local.boards,
    certificateAuthority: readFileSync(local.certificateAuthorityFile, 'utf8'),
    issue: (thing) => issueDevice(local, thing),
    time,
    speed: time.speed,
    seed,
    run,
    memories,
    log: print,
  });
  const world = runWorld(time, () => lookAfter(site, world), print);
  const save = () =>
    memories.save(
      site.doorBoards,
      [...site.boards.values()].map(({ device }) => device),
    );
  const saving = setInterval(save, SAVE_EVERY_REAL_MS);
  exitTogether(async () => {
    clearInterval(saving);
    time.stop();
    world.stop();
    save();
    await Promise.allSettled([inbox.stop(), ...site.links.map((link) => link.close())]);
  });
  const opening = () => planOpening(seed, demoEstates, world.now(), Math.max(1, world.speed));
  const cast = opening().visits;
  const firstDay = planDay(seed, demoEstates, world.now(), cast);
  const visits = [...cast, ...firstDay.visits];
  await moveInFirst(office, visits);
  const residents = { world, site, office, run, phone: phones(local) };
  await Promise.all([
    moveInOthers(office, visits).catch(report),
    runEvenings({ residents, estates: demoEstates, seed, report, opening: opening(), firstDay }),
  ]);
}

const placeOfBoard = new Map(
  demoEstates
    .flatMap(({ places }) => places)
    .flatMap((place) => place.boards.map(({ imei }) => [imei, place] as const)),
);

/** What falls due in the devices, and the sessions that ended since the last look. */
function lookAfter(site: Site, world: RunningWorld): void {
  for (const link of site.links) link.tick();
  for (const [imei, { device }] of site.boards) {
    for (const closed of device.takeClosed()) {
      const place = placeOfBoard.get(imei);
      const minutes = Math.round(closed.seconds / 60);
      const facts = `${(closed.reportedWh / 1000).toFixed(2)} kWh, ${minutes} min`;
      if (place) world.say(place.name, `${closed.port}号口结束 ${facts}`, `port ${closed.port} ended`);
    }
  }
}

async function showAlert(notice: AlertNotice, local: Local): Promise<void> {
  print(
    `>>> 居委会 committee: [${notice.severity}] ${notice.place.zh} ${notice.place.en}: ${notice.text.zh} · ${notice.text.en}`,
  );
  if (notice.kind !== 'smoke') return;
  // Smoke is answered by a named person at once; other alerts wait for whoever sits at the page.
  const claims = { sub: 'Chen Jie 陈洁', roles: 'committee', estates: notice.estateId };
  await acknowledge(openToolClient(local.api, await accessToken(local, claims), patience), notice);
}

function phones(local: Local): (estateId: string, householdId: string) => Promise<Client> {
  return async (estateId, householdId) => {
    const claims = { sub: householdId, roles: 'resident', estates: estateId, household: householdId };
    return openToolClient(local.api, await accessToken(local, claims), patience);
  };
}

interface Claims {
  readonly sub: string;
  readonly roles: string;
  readonly estates?: string;
  readonly household?: string;
}

async function accessToken(local: Local, claims: Claims): Promise<string> {
  const estates = demoEstates.map((estate) => estate.estateId).join(' ');
  const answer = await post(`${local.adminUrl}/tokens`, { estates, ...claims });
  return z.object({ accessToken: z.string() }).parse(answer).accessToken;
}

async function issueDevice(local: Local, thing: string): Promise<{ key: string; certificate: string }> {
  const answer = await post(`${local.adminUrl}/devices/${encodeURIComponent(thing)}`, {});
  return z.object({ key: z.string(), certificate: z.string() }).parse(answer);
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Ends on a signal, and when the process that started this one is gone. */
function exitTogether(close: () => Promise<void>): void {
  let leaving = false;
  const leave = () => {
    if (leaving) return;
    leaving = true;
    void close().finally(() => process.exit(0));
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  process.on('disconnect', leave);
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && leave(), LOOK_FOR_PARENT_EVERY_REAL_MS).unref();
}

await main();
