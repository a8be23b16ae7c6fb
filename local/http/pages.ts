import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pageHeaders } from '../../web/page-headers.ts';
import { LOOPBACK, listen } from '../machine/listener.ts';

/** What the pages need to know of their surroundings; served as /config.json. */
export interface PageConfig {
  readonly api: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly websocket: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** Serves a built page directory; every path without a file is the page itself. */
export class Pages {
  /** Known once it listens. */
  url = '';
  readonly #directory: string;
  readonly #server = createServer((request, response) => this.#serve(request.url ?? '/', response));
  #config: PageConfig | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async listen(port: number | undefined): Promise<void> {
    this.url = `http://${LOOPBACK}:${await listen(this.#server, port)}`;
  }

  /** The rest of the cloud is known after the pages' own address, which the issuer needs. */
  configure(config: PageConfig): void {
    this.#config = config;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(url: string, response: ServerResponse): void {
    const path = url.split('?')[0] ?? '/';
    if (this.#config !== undefined)
      for (const [name, value] of Object.entries(pageHeaders(this.#config))) response.setHeader(name, value);
    if (path === '/config.json') {
      const status = this.#config === undefined ? 503 : 200;
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(this.#config ?? {}));
      return;
    }
    const file = this.#fileFor(path);
    if (!existsSync(file)) {
      response.writeHead(404).end('The pages are not built');
      return;
    }
    // Built assets carry a hash in their name; the page itself must be asked for again.
    const cache = path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': cache,
    });
    createReadStream(file).pipe(response);
  }

  #fileFor(path: string): string {
    const page = join(this.#directory, 'index.html');
    let decoded: string;
    try {
      decoded = decodeURIComponent(path);
    } catch {
      return page;
    }
    const file = normalize(join(this.#directory, decoded));
    const inside = file.startsWith(this.#directory + sep) && !file.includes('\0');
    return inside && existsSync(file) && statSync(file).isFile() ? file : page;
  }
}
