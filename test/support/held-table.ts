import { createServer, type IncomingMessage, request as send } from 'node:http';

/** Stands before DynamoDB Local: what is asked is not heard there, or done and not answered. */
export interface HeldTable {
  readonly url: string;
  /**
   * `request`: the table hears nothing of a transaction. `answer`: it does what was asked, and its answer stays here.
   * Resolves when one is held.
   */
  hold(what: 'request' | 'answer'): Promise<void>;
  /**
   * The next write, of one item or a transaction, fails on its way, once: the table never hears of it, or does it and
   * its answer is lost. Then comes `meanwhile`, and then the connection breaks, so that who asked asks again; while
   * `meanwhile` does not end there is only silence. Resolves when it is lost.
   */
  lose(what: 'request' | 'answer', meanwhile?: () => Promise<unknown>): Promise<void>;
  /** Lets everything go on that was held. */
  release(): void;
  stop(): Promise<void>;
}

export async function heldTable(tableUrl: string): Promise<HeldTable> {
  let held: 'request' | 'answer' | undefined;
  let reached = Promise.withResolvers<void>();
  let released = Promise.withResolvers<void>();
  const untilReleased = async () => {
    reached.resolve();
    await released.promise;
  };
  let losing: Loss | undefined;
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const asked = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const holding = asked === 'TransactWriteItems' ? held : undefined;
    const loss = writes.has(asked) ? losing : undefined;
    if (loss !== undefined) losing = undefined;
    if (loss?.what === 'request') return lose(loss, request);
    if (holding === 'request') await untilReleased();
    const { method, headers } = request;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(tableUrl, { method, headers }, resolve).on('error', reject).end(body);
    });
    const answered = await bytesOf(answer);
    if (loss !== undefined) return lose(loss, request);
    if (holding === 'answer') await untilReleased();
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    hold(what) {
      held = what;
      reached = Promise.withResolvers();
      return reached.promise;
    },
    lose(what, meanwhile = async () => {}) {
      const { promise, resolve } = Promise.withResolvers<void>();
      losing = { what, meanwhile, happened: resolve };
      return promise;
    },
    release() {
      held = undefined;
      released.resolve();
      released = Promise.withResolvers();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const writes: ReadonlySet<string> = new Set(['PutItem', 'DeleteItem', 'TransactWriteItems']);

interface Loss {
  readonly what: 'request' | 'answer';
  readonly meanwhile: () => Promise<unknown>;
  readonly happened: () => void;
}

async function lose({ meanwhile, happened }: Loss, request: IncomingMessage): Promise<void> {
  happened();
  await meanwhile();
  request.socket.destroy();
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
