// The first thing every command runs: `node setup.mjs <script.ts> [arguments]`.
// Plain JavaScript without dependencies, because nothing may be installed yet and the machine's Node may be old.
// It sees to the dependencies, then hands over to the locked Node 24 that came with them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 20;
const oldestJava = 17;
const scriptsWithJava = ['local/start.ts', 'test/run.ts', 'simulator/replay.ts', 'bench/bench.ts'];

const root = dirname(fileURLToPath(import.meta.url));
const [script, ...scriptArguments] = process.argv.slice(2);

if (script === undefined) stop('Usage: node setup.mjs <script.ts> [arguments]');
checkNode();
if (scriptsWithJava.includes(script)) checkJava();
if (!dependenciesAreInstalled()) installDependencies();
run(lockedNode(), [join(root, script), ...scriptArguments]);

function checkNode() {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    stop(`Pengyou needs Node ${oldestNode} or newer to start; this is ${process.version}.`);
  }
}

/** DynamoDB Local is a Java program. */
function checkJava() {
  const result = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = /version "(\d+)/.exec(result.stderr ?? '')?.[1];
  if (version !== undefined && Number(version) >= oldestJava) return;
  const found =
    version === undefined ? 'no java was found on the PATH' : `java on the PATH is version ${version}`;
  stop(
    `Pengyou runs DynamoDB Local, which needs Java ${oldestJava} or newer, but ${found}.\n` +
      'On Debian: apt-get install -y openjdk-17-jre-headless',
  );
}

/**
 * npm leaves a copy of the lock file with what it installed. Contents are compared, not times: a checkout touches
 * times without changing anything, and `npm install` writes the copy a moment before the lock file itself.
 */
function dependenciesAreInstalled() {
  const copy = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(copy)) return false;
  const locked = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(copy);
  const missing = Object.entries(locked).some(
    ([path, { version, optional }]) =>
      path !== '' && (installed[path] === undefined ? !optional : installed[path].version !== version),
  );
  return !missing && Object.keys(installed).every((path) => locked[path] !== undefined);
}

function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function installDependencies() {
  console.error('Installing dependencies (once, and again when package-lock.json changes)…');
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.status !== 0) stop(`npm ci failed.\n${result.stdout ?? ''}${result.error?.message ?? ''}`);
}

/** On a platform that the lock file has no Node 24 for, the machine's own will do if it is new enough. */
function lockedNode() {
  const locked = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(locked)) return locked;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  stop(`There is no locked Node 24 for ${process.platform}-${process.arch}; install Node 24 and try again.`);
}

/** The script shuts itself down on a signal and its exit code becomes ours, so nothing it started is left behind. */
function run(node, nodeArguments) {
  const bin = join(root, 'node_modules', '.bin');
  const environment = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` };
  const child = spawn(node, nodeArguments, { cwd: root, stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal's Ctrl-C has already reached the whole process group.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  // npm does not pass a signal on: it ends the shell between us. Without a parent there is nobody left to run for.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
  child.on('error', (error) => stop(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
