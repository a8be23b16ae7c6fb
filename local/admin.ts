import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TokenClaims } from './http/person.ts';
import type { Identity } from './machine/certificates.ts';
import type { WorldClock } from './machine/clock.ts';
import { LOOPBACK, listen, readBody } from './machine/listener.ts';

interface AdminWorld {
  readonly clock: WorldClock;
  issueDevice(thingName: string): Promise<Identity>;
  accessToken(claims: TokenClaims): Promise<string>;
}

/** A loopback endpoint for a second process, such as the simulator: certificates, tokens and the clock. */
export async function startAdmin(world: AdminWorld): Promise<{ url: string; stop(): Promise<void> }> {
  let url = '';
  const server = createServer((request, response) => {
    // A foreign name that was made to lead to this machine must not get a token out of it.
    const known = `http://${request.headers.host}` === url;
    const answered = known ? answer(world, request) : Promise.resolve(undefined);
    answered.then(
      (result) => send(response, result === undefined ? 404 : 200, result ?? { message: 'Not found' }),
      (error: unknown) => send(response, 400, { message: String(error) }),
    );
  });
  server.keepAliveTimeout = 0;
  url = `http://${LOOPBACK}:${await listen(server)}`;
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(world: AdminWorld, request: IncomingMessage): Promise<object | undefined> {
  const route = `${request.method} ${request.url}`;
  const [, thing] = /^POST \/devices\/([^/?]+)$/.exec(route) ?? [];
  if (thing !== undefined) return world.issueDevice(decodeURIComponent(thing));
  if (route === 'POST /tokens') {
    const claims = JSON.parse((await readBody(request)).toString()) as TokenClaims;
    return { accessToken: await world.accessToken(claims) };
  }
  if (route === 'GET /clock') return { nowMs: world.clock.now(), speed: world.clock.speed };
  return undefined;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
