import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LOOPBACK, listen, readBody } from '../machine/listener.ts';
import type { Assembly } from '../template/assembly.ts';
import type { Template } from '../template/template.ts';
import { FunctionHost, type FunctionWorld, type InvocationResult } from './function-host.ts';

/** All functions of the template, as processes behind one Runtime API. */
export class Lambda {
  readonly #functions = new Map<string, FunctionHost>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly invocations: Record<string, number> = {};
  readonly failures: Record<string, number> = {};

  /** Checks each function and opens the Runtime API; processes start with the first invocation. */
  async start(template: Template, assembly: Assembly, world: FunctionWorld): Promise<void> {
    this.#server.keepAliveTimeout = 0;
    const port = await listen(this.#server);
    for (const resource of template.ofType('AWS::Lambda::Function')) {
      const local = new FunctionHost(resource, template, assembly, world, `${LOOPBACK}:${port}`);
      this.#functions.set(resource.logicalId, local);
    }
  }

  /** Runs one invocation to its end. Waits for a free process where AWS would start one more, or throttle. */
  async invoke(logicalId: string, payload: string, lane?: string): Promise<InvocationResult> {
    const local = this.#functions.get(logicalId);
    if (local === undefined) throw new Error(`No function ${logicalId}`);
    this.invocations[logicalId] = (this.invocations[logicalId] ?? 0) + 1;
    const result = await local.invoke(payload, lane);
    if (!result.ok) this.failures[logicalId] = (this.failures[logicalId] ?? 0) + 1;
    return result;
  }

  /**
   * Starts a process of every function that has capacity of its own, ahead of its first invocation: there a person
   * waits, and in a world that runs sixty times as fast a process that starts takes a quarter of a minute.
   */
  warm(template: Template): void {
    for (const { logicalId, properties } of template.ofType('AWS::Lambda::Function')) {
      if (properties.ReservedConcurrentExecutions !== undefined) this.#functions.get(logicalId)?.warm();
    }
  }

  /** How many invocations of the function can run at once. */
  concurrency(logicalId: string): number {
    return this.#functions.get(logicalId)?.limit ?? 1;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((local) => local.stop()));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The path is /<function>:<worker>/2018-06-01/runtime/… */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, owner = '', , , ...path] = (request.url ?? '').split('/');
    const [functionId = '', workerId = ''] = owner.split(':');
    const local = this.#functions.get(functionId);
    try {
      if (request.method === 'GET') local?.next(workerId, response);
      else {
        const body = (await readBody(request)).toString();
        response.writeHead(202).end();
        local?.answered(workerId, path.join('/'), body);
      }
    } catch {
      // The process was killed in the middle of its answer; its exit decides what becomes of the invocation.
      response.destroy();
    }
  }
}
