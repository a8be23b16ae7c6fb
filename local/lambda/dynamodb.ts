import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRealTime, type WorldClock } from '../machine/clock.ts';
import { LOOPBACK, listen } from '../machine/listener.ts';
import type { Resource, Template } from '../template/template.ts';

/** DynamoDB Local checks no signature, but wants a header of this form. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local';
/** It takes three seconds; on a machine that does twenty other things, a minute. */
const START_WITHIN_MS = 300_000;
const MOST_RESTARTS = 10;

/** An answer of DynamoDB Local, as it came. */
export interface DynamoAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Amazon's DynamoDB Local as a child process, with the tables of the template. */
export interface DynamoDb {
  readonly port: number;
  /** Sends one request as it is; `target` is the value of X-Amz-Target. */
  send(target: string, body: Buffer | string): Promise<DynamoAnswer>;
  /** Calls one operation and parses the answer; an error answer throws. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have the form that the operation's documentation gives
  call(operation: string, input: object): Promise<any>;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB Local, in memory or on disk under `stateDir`. When it ends by itself it is started again from the disk,
 * and whoever asks meanwhile waits; what was under way fails, to be asked again. `failed` hears when there is nothing to
 * go on from: it was in memory, or it does not start.
 */
export async function startDynamoDb(
  stateDir: string | undefined,
  log: (line: string) => void,
  failed: (error: Error) => void = (error) => log(error.message),
): Promise<DynamoDb> {
  const emulator = emulatorDirectory();
  checkJava();
  const port = await freePort();
  const sender = httpSender(port, stateDir === undefined ? 32 : 8);
  let stopping = false;
  let restarts = 0;
  let engine = launch(emulator, port, stateDir);
  let up: Promise<void>;
  const start = async () => {
    await untilItAnswers(sender.send, engine);
    void engine.gone.then(() => {
      if (stopping) return;
      log(`DynamoDB Local ended by itself: ${engine.lastWords()}`);
      sender.close();
      up = restart();
      up.catch((error) => stopping || failed(error));
    });
  };
  const restart = async () => {
    if (stateDir === undefined)
      throw new Error('DynamoDB Local has ended, and with it everything that it held in memory');
    restarts += 1;
    if (restarts > MOST_RESTARTS) throw new Error(`DynamoDB Local has ended ${restarts} times`);
    engine = launch(emulator, port, stateDir);
    await start();
    log('DynamoDB Local is there again');
  };

  const dynamo: DynamoDb = {
    port,
    async send(target, body) {
      await up;
      return sender.send(target, body);
    },
    async call(operation, input) {
      const streams = /^(DescribeStream|GetShardIterator|GetRecords|ListStreams)$/.test(operation);
      const target = `${streams ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${operation}`;
      const { status, body } = await dynamo.send(target, JSON.stringify(input));
      if (status !== 200) throw new Error(`${operation}: ${body.toString()}`);
      return JSON.parse(body.toString());
    },
    async stop() {
      stopping = true;
      sender.close();
      engine.child.stdin?.end();
      await engine.gone;
    },
  };
  up = start();
  try {
    await up;
  } catch (error) {
    await dynamo.stop();
    throw error;
  }
  return dynamo;
}

/** One process of DynamoDB Local. */
interface Engine {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
  lastWords(): string;
}

function launch(emulator: string, port: number, stateDir: string | undefined): Engine {
  const child = spawnJava(emulator, port, stateDir);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      // Who stands between ends with its input.
      child.stdin?.end();
      resolve();
    });
  });
  return { child, gone, lastWords: () => said.trim() };
}

function emulatorDirectory(): string {
  const given = process.env.DYNAMODB_LOCAL_DIR;
  const directory =
    given ??
    join(fileURLToPath(import.meta.resolve('amplify-dynamodb-simulator/package.json')), '..', 'emulator');
  if (existsSync(join(directory, 'DynamoDBLocal.jar'))) return resolve(directory);
  throw new Error(`No DynamoDBLocal.jar in ${directory}${given ? ' (named by DYNAMODB_LOCAL_DIR)' : ''}`);
}

function checkJava(): void {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  if (error === undefined && version >= 17) return;
  const found = error === undefined ? `Java ${version} is too old` : 'there is no java on the PATH';
  throw new Error(
    `DynamoDB Local needs Java 17, and ${found}. On Debian: apt install openjdk-17-jre-headless`,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Java does not notice when its parent dies, so a shell stands between: it ends Java when its standard input is
 * closed, which happens at the latest when this process is gone. A session of its own keeps the terminal's Ctrl-C
 * away, so that functions can finish before the database goes.
 */
const GUARD =
  'exec 3<&0; "$@" </dev/null & java=$!; (cat <&3 >/dev/null; kill $java 2>/dev/null) & wait $java';

function spawnJava(emulator: string, port: number, stateDir: string | undefined): ChildProcess {
  const directory = stateDir === undefined ? tmpdir() : resolve(stateDir, 'dynamodb');
  mkdirSync(directory, { recursive: true });
  const place = stateDir === undefined ? ['-inMemory'] : ['-dbPath', directory];
  const java = [
    'java',
    '-Xmx768m',
    '-XX:TieredStopAtLevel=1',
    `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
  ];
  const dynamo = ['-jar', join(emulator, 'DynamoDBLocal.jar'), '-port', String(port), '-sharedDb', ...place];
  return spawn('sh', ['-c', GUARD, 'sh', ...java, ...dynamo, '-disableTelemetry'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    // It leaves a file about itself wherever it is started.
    cwd: directory,
  });
}

/** One connection pool. On disk there is one writer: more in flight only makes them wait inside Java. */
function httpSender(port: number, sockets: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const send = (target: string, body: Buffer | string) =>
    new Promise<DynamoAnswer>((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        'x-amz-target': target,
        authorization: AUTHORIZATION,
      };
      const call = request({ host: LOOPBACK, port, method: 'POST', path: '/', agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      call.setNoDelay(true);
      call.on('error', reject);
      call.end(body);
    });
  return { send, close: () => agent.destroy() };
}

async function untilItAnswers(send: DynamoDb['send'], { child, lastWords }: Engine): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS;
  for (;;) {
    try {
      await send('DynamoDB_20120810.ListTables', '{}');
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`DynamoDB Local did not start: ${lastWords()}`);
      if (Date.now() > deadline) throw new Error(`DynamoDB Local did not answer: ${error}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Creates the tables of the template that do not exist yet. Resolves to the stream's real ARN by table name. */
export async function createTables(
  dynamo: DynamoDb,
  template: Template,
  clock: WorldClock,
): Promise<Map<string, string>> {
  const { TableNames }: { TableNames: string[] } = await dynamo.call('ListTables', {});
  const streams = new Map<string, string>();
  for (const table of template.ofType('AWS::DynamoDB::Table')) {
    const TableName = template.names.name(table.logicalId);
    if (!TableNames.includes(TableName)) await createTable(dynamo, table, TableName, clock);
    const { Table } = await dynamo.call('DescribeTable', { TableName });
    refuseOtherKeys(table, Table);
    if (Table.LatestStreamArn) streams.set(TableName, Table.LatestStreamArn);
  }
  return streams;
}

async function createTable(
  dynamo: DynamoDb,
  table: Resource,
  TableName: string,
  clock: WorldClock,
): Promise<void> {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification } = table.properties;
  const { TimeToLiveSpecification } = table.properties;
  await dynamo.call('CreateTable', {
    TableName,
    AttributeDefinitions,
    KeySchema,
    BillingMode: 'PAY_PER_REQUEST',
    ...(GlobalSecondaryIndexes
      ? { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(withoutThroughput) }
      : {}),
    ...(StreamSpecification ? { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } } : {}),
  });
  // DynamoDB Local counts TTL in real time: in any other world it would delete items before, or long after, their time.
  if (TimeToLiveSpecification && isRealTime(clock)) {
    await dynamo.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  }
}

function withoutThroughput({ IndexName, KeySchema, Projection }: Record<string, unknown>): object {
  return { IndexName, KeySchema, Projection };
}

/** A table kept from an earlier run must still be the one that the template describes. */
function refuseOtherKeys(table: Resource, existing: Record<string, unknown>): void {
  const keys = (schema: unknown) => JSON.stringify(schema ?? null);
  const indexNames = (indexes: unknown) =>
    JSON.stringify(((indexes ?? []) as { IndexName: string }[]).map(({ IndexName }) => IndexName).sort());
  const { KeySchema, GlobalSecondaryIndexes } = table.properties;
  const same =
    keys(KeySchema) === keys(existing.KeySchema) &&
    indexNames(GlobalSecondaryIndexes) === indexNames(existing.GlobalSecondaryIndexes);
  if (!same)
    throw new Error(`The stored table of ${table.logicalId} has other keys or indexes: start with --fresh`);
}
