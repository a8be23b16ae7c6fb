import { createServer, type IncomingMessage, request as send } from 'node:http';

/** Stands before DynamoDB Local, and holds transactions back: the table does not take them, or does not say so. */
export interface HeldTable {
  readonly url: string;
  /**
   * `request`: the table hears nothing of a transaction. `answer`: it does what was asked, and its answer stays here.
   * Resolves when one is held.
   */
  hold(what: 'request' | 'answer'): Promise<void>;
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
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const isTransaction = String(request.headers['x-amz-target']).endsWith('.TransactWriteItems');
    const holding = isTransaction ? held : undefined;
    if (holding === 'request') await untilReleased();
    const { method, headers } = request;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(tableUrl, { method, headers }, resolve).on('error', reject).end(body);
    });
    const answered = await bytesOf(answer);
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

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
