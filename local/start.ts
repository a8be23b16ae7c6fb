import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type LocalCloud, startLocalCloud } from './cloud.ts';
import { demoEveningMs } from './demo-evening.ts';
import { demoPeople, demoSignIn } from './demo-people.ts';
import { type WorldClock, yieldingClock } from './machine/clock.ts';
import { listen } from './machine/listener.ts';
import { takeStateDirectory } from './machine/state-directory.ts';
import { StateFile } from './machine/state-file.ts';
import { prepare } from './preparation.ts';

const USAGE = `npm start -- [options]
  --fresh         begin with an empty state
  --no-simulator  no simulated devices and residents
  --speed N       world seconds in a real second, fewer while the machine does not keep up (60)
  --seed S        what the simulator does follows from it (1)
  --state DIR     where everything is kept (.local)
  --port N        of the pages (8300, or any free one)`;

const root = resolve(import.meta.dirname, '..');
/** The usual port of MQTT over TLS, and the one after it; any free ones where they are taken. */
const MQTT_PORT = 8883;
const BOARDS_PORT = 8884;
const LOOK_EVERY_MS = 1000;
const SIMULATOR_ENDS_WITHIN_MS = 5000;
/** A slow machine is not waited for: what is missing then comes a little later. */
const ACCOUNT_HOLDER_IN_WITHIN_MS = 2000;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    fresh: { type: 'boolean', default: false },
    simulator: { type: 'boolean', default: true },
    speed: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string', default: join(root, '.local') },
    port: { type: 'string', default: '8300' },
    help: { type: 'boolean', default: false },
  },
});

/** What has to be undone, in the order in which it was done. */
const undo: (() => unknown)[] = [];
const preparing = new AbortController();
let leaving = false;

if (values.help) console.log(USAGE);
else await main().catch(fail);

async function main(): Promise<void> {
  const speed = positive('--speed', values.speed);
  const port = positive('--port', values.port);
  leaveOnSignals();
  const pagesDir = await prepare(root, preparing.signal);
  const stateDir = resolve(values.state);
  undo.push(await takeStateDirectory(stateDir, values.fresh));
  const clock = openClock(stateDir, speed);
  const logFile = createWriteStream(join(stateDir, 'log.txt'));
  undo.push(() => new Promise((done) => logFile.end(done)));
  const cloud = await startLocalCloud({
    assembly: join(root, 'cdk.out', 'aws'),
    stateDir,
    clock,
    people: demoPeople,
    // A device of one's own is set to an address once.
    ports: { mqtt: await freeOr(MQTT_PORT), boards: await freeOr(BOARDS_PORT), pages: await freeOr(port) },
    ...(pagesDir === undefined ? {} : { pagesDir }),
    log: (line) => void logFile.write(`${new Date(clock.now()).toISOString()} ${line}\n`),
    failed: (error) => void fail(error),
  });
  undo.push(() => cloud.stop());
  const reach = tellReach(cloud, stateDir);
  if (values.simulator) await accountHolderIn(startSimulator(reach));
  const { login, password } = demoSignIn;
  const address = cloud.pages === undefined ? cloud.api : `${cloud.pages}/`;
  console.log(
    `Pengyou is ready: ${address} (sign in as ${login} / ${password}; log in ${join(stateDir, 'log.txt')})`,
  );
  if (cloud.providers !== undefined)
    console.log(`Payment providers (stand-in, no real money): ${cloud.providers}/`);
  const { mqtt, certificateAuthorityFile } = reach;
  console.log(`Devices: mqtts://${mqtt.host}:${mqtt.port}, CA ${certificateAuthorityFile}`);
  console.log('  a certificate for one of your own: npm run pengyou -- device certificate <thing>');
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} needs a number above 0, not ${text}`);
}

/** Goes on where the world stopped, or begins on the demo's evening, whichever is later. */
function openClock(stateDir: string, speed: number): WorldClock {
  const file = new StateFile<{ nowMs: number }>(stateDir, 'clock.json');
  const clock = yieldingClock(Math.max(demoEveningMs(Date.now()), file.read()?.nowMs ?? 0), speed);
  const save = () => file.write({ nowMs: clock.now() });
  const timer = setInterval(save, LOOK_EVERY_MS);
  undo.push(() => {
    clearInterval(timer);
    save();
  });
  return clock;
}

async function freeOr(port: number): Promise<number> {
  const probe = createServer();
  const free = await listen(probe, port).catch(() => 0);
  await new Promise((done) => probe.close(done));
  return free;
}

/** Where the cloud is, for the simulator and for commands in other terminals, as long as it runs. */
type Reach = ReturnType<typeof tellReach>;
function tellReach(cloud: LocalCloud, stateDir: string) {
  const certificateAuthorityFile = join(stateDir, 'authority.pem');
  writeFileSync(certificateAuthorityFile, cloud.certificateAuthority);
  const { api, mqtt, boards, adminUrl, gateway, outputs } = cloud;
  const [table] = cloud.tables().names;
  const reach = {
    api,
    mqtt,
    boards,
    certificateAuthorityFile,
    adminUrl,
    gateway,
    table,
    deadLetters: outputs['DeadLettersUrl'],
  };
  const name = 'reach.json';
  new StateFile(stateDir, name).write(reach);
  undo.push(() => rmSync(join(stateDir, name), { force: true }));
  return reach;
}

/** Devices and residents, in a process of their own that sees only what a device and a browser would see. */
function startSimulator(reach: Reach): ChildProcess {
  const PENGYOU_LOCAL = JSON.stringify(reach);
  const child = spawn(process.execPath, [join('simulator', 'main.ts'), '--seed', values.seed], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PENGYOU_LOCAL },
  });
  child.on('error', (error) => console.error(`The simulator could not be started: ${error.message}`));
  child.on(
    'exit',
    (code) => leaving || console.error(`The simulator has ended (exit ${code}); the cloud goes on.`),
  );
  undo.push(() => end(child));
  return child;
}

/** Who signs in at once as a resident should find a household: the simulator says when it is there. */
async function accountHolderIn(simulator: ChildProcess): Promise<void> {
  const told = new Promise((done) => simulator.once('message', done).once('exit', done).once('error', done));
  await Promise.race([told, sleep(ACCOUNT_HOLDER_IN_WITHIN_MS, undefined, { ref: false })]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const late = sleep(SIMULATOR_ENDS_WITHIN_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
  await Promise.race([gone, late.then(() => gone)]);
}

function leaveOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0));
  // npm, or the shell around it, may die without a word to us.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void leave(0), LOOK_EVERY_MS).unref();
}

async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  preparing.abort();
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      console.error(error);
    }
  }
  process.exit(code);
}

function fail(error: unknown): Promise<void> {
  if (!leaving) console.error(error instanceof Error ? error.message : error);
  return leave(1);
}
