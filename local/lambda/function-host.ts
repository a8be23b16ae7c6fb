import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Activity } from '../machine/activity.ts';
import { clockText, type WorldClock } from '../machine/clock.ts';
import { FairQueue } from '../machine/fair-queue.ts';
import { REGION } from '../template/arn.ts';
import type { Assembly } from '../template/assembly.ts';
import { type Resource, type Template, Unsupported } from '../template/template.ts';

/** What one invocation came to. `kind` says who failed: the handler, its time limit, or the process around it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly kind: 'handled' | 'unhandled'; readonly error: string };

interface Invocation {
  readonly id: string;
  readonly payload: string;
  readonly finish: (result: InvocationResult) => void;
}

interface Worker {
  readonly id: string;
  readonly child: ChildProcess;
  state: 'starting' | 'idle' | 'busy';
  /** The open answer to `invocation/next`, while the worker waits for work. */
  next: ServerResponse | undefined;
  current: Invocation | undefined;
  timer: NodeJS.Timeout | undefined;
}

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));
/** On a small machine more processes of one function would only wait for each other. */
const PROCESSES_BY_DEFAULT = 3;
/** AWS gives 10 s, on processors of its own. */
const INIT_WITHIN_MS = 120_000;
/** A second or third process that had nothing to do for so long is ended: each holds some 100 MB. */
const SPARE_AFTER_MS = 20_000;

/** Everything that functions need of the world around them. */
export interface FunctionWorld {
  readonly clock: WorldClock;
  readonly activity: Activity;
  readonly gateway: string;
  readonly log: (line: string) => void;
}

/** One function of the template and its processes, each of which serves one invocation at a time. */
export class FunctionHost {
  readonly limit: number;
  readonly #logicalId: string;
  readonly #arn: string;
  readonly #timeoutMs: number;
  readonly #environment: Record<string, string>;
  readonly #world: FunctionWorld;
  readonly #runtimeApi: string;
  readonly #workers = new Map<string, Worker>();
  readonly #waiting = new FairQueue<Invocation>();
  #stopping = false;

  constructor(
    resource: Resource,
    template: Template,
    assembly: Assembly,
    world: FunctionWorld,
    runtimeApi: string,
  ) {
    const { logicalId, type, properties } = resource;
    const directory = assembly.assets.get(properties.Code?.S3Key);
    const [file, handler] = String(properties.Handler).split('.');
    if (!/^nodejs\d+\.x$/.test(properties.Runtime))
      throw new Unsupported(logicalId, type, `Runtime ${properties.Runtime}`);
    if (directory === undefined || handler === undefined || !existsSync(join(directory, `${file}.mjs`))) {
      throw new Unsupported(logicalId, type, `no ${file}.mjs in its code asset ${properties.Code?.S3Key}`);
    }
    const name = template.names.name(logicalId);
    this.#logicalId = logicalId;
    this.#arn = template.names.arn(logicalId);
    this.#timeoutMs = (properties.Timeout ?? 3) * 1000;
    this.#world = world;
    this.#runtimeApi = runtimeApi;
    const reserved = properties.ReservedConcurrentExecutions ?? PROCESSES_BY_DEFAULT;
    this.limit = Math.max(1, Math.min(reserved, PROCESSES_BY_DEFAULT));
    this.#environment = {
      ...properties.Environment?.Variables,
      PATH: process.env.PATH ?? '',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      _HANDLER: properties.Handler,
      LAMBDA_TASK_ROOT: directory,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize ?? 128),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ENDPOINT_URL: world.gateway,
      AWS_ACCESS_KEY_ID: logicalId,
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  }

  /** Of those who wait for a free process, one of each lane has its turn after the other. */
  invoke(payload: string, lane = ''): Promise<InvocationResult> {
    const ended = this.#world.clock.begin?.();
    const result = new Promise<InvocationResult>((finish) => {
      this.#waiting.push(lane, { id: randomUUID(), payload, finish });
      this.#assign();
    });
    return this.#world.activity.during(result.finally(ended));
  }

  /** Starts a process before there is anything to do, unless there is one. */
  warm(): void {
    if (!this.#stopping && this.#workers.size === 0) this.#startWorker();
  }

  next(workerId: string, response: ServerResponse): void {
    const worker = this.#workers.get(workerId);
    if (worker === undefined) return;
    clearTimeout(worker.timer);
    worker.state = 'idle';
    worker.next = response;
    worker.timer = setTimeout(() => this.#endSpare(worker), SPARE_AFTER_MS).unref();
    this.#assign();
  }

  answered(workerId: string, path: string, body: string): void {
    const worker = this.#workers.get(workerId);
    if (worker !== undefined && path === 'init/error') {
      // It has told why; its exit, which follows, must not fail a second invocation.
      worker.state = 'busy';
      this.#failToStart(body);
    }
    const invocation = worker?.current;
    if (worker === undefined || invocation === undefined || !path.startsWith(`invocation/${invocation.id}/`))
      return;
    worker.current = undefined;
    clearTimeout(worker.timer);
    const failed = path.endsWith('/error');
    invocation.finish(failed ? { ok: false, kind: 'handled', error: body } : { ok: true, payload: body });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const gone = [...this.#workers.values()].map(({ child }) => {
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return exit;
    });
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      next.finish(unhandled('Local.Stopped', 'The local cloud has stopped'));
    await Promise.all(gone);
  }

  #assign(): void {
    for (const worker of this.#workers.values()) {
      if (worker.state !== 'idle' || worker.next === undefined) continue;
      const invocation = this.#waiting.shift();
      if (invocation === undefined) return;
      this.#hand(worker, worker.next, invocation);
    }
    const starting = [...this.#workers.values()].filter(({ state }) => state === 'starting').length;
    if (!this.#stopping && this.#waiting.length > starting && this.#workers.size < this.limit)
      this.#startWorker();
  }

  #hand(worker: Worker, next: ServerResponse, invocation: Invocation): void {
    clearTimeout(worker.timer);
    worker.state = 'busy';
    worker.next = undefined;
    worker.current = invocation;
    worker.timer = setTimeout(() => this.#timeOut(worker, invocation), this.#timeoutMs);
    const body = Buffer.from(invocation.payload);
    next.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + this.#timeoutMs),
      'lambda-runtime-invoked-function-arn': this.#arn,
      'local-world-clock': clockText(this.#world.clock),
    });
    next.end(body);
  }

  #startWorker(): void {
    const id = randomUUID();
    const child = spawn(process.execPath, [BOOTSTRAP], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...this.#environment, AWS_LAMBDA_RUNTIME_API: `${this.#runtimeApi}/${this.#logicalId}:${id}` },
    });
    const worker: Worker = {
      id,
      child,
      state: 'starting',
      next: undefined,
      current: undefined,
      timer: undefined,
    };
    this.#workers.set(id, worker);
    worker.timer = setTimeout(() => child.kill('SIGKILL'), INIT_WITHIN_MS);
    this.#print(child.stdout);
    this.#print(child.stderr);
    child.once('exit', (code, signal) => this.#workerGone(worker, `exit ${code ?? signal}`));
  }

  #print(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => this.#world.log(`[${this.#logicalId}] ${line}`));
  }

  #timeOut(worker: Worker, invocation: Invocation): void {
    worker.current = undefined;
    worker.child.kill('SIGKILL');
    const seconds = (this.#timeoutMs / 1000).toFixed(2);
    invocation.finish(
      unhandled('Sandbox.Timedout', `${invocation.id} Task timed out after ${seconds} seconds`),
    );
  }

  #workerGone(worker: Worker, how: string): void {
    clearTimeout(worker.timer);
    this.#workers.delete(worker.id);
    worker.current?.finish(unhandled('Runtime.ExitError', `The process ended (${how}) before it answered`));
    if (worker.state === 'starting')
      this.#failToStart(`{"errorType":"Runtime.InitError","errorMessage":"${how}"}`);
    if (!this.#stopping) this.#assign();
  }

  /** As in AWS, a failed start fails the invocation that caused it. */
  #failToStart(error: string): void {
    this.#waiting.shift()?.finish({ ok: false, kind: 'unhandled', error });
  }

  #endSpare(worker: Worker): void {
    if (this.#workers.size <= 1 || worker.state !== 'idle') return;
    // Nobody may hand it work between the signal and its end.
    worker.state = 'busy';
    worker.next = undefined;
    worker.child.kill('SIGKILL');
  }
}

function unhandled(errorType: string, errorMessage: string): InvocationResult {
  return { ok: false, kind: 'unhandled', error: JSON.stringify({ errorType, errorMessage }) };
}
