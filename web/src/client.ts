import * as z from 'zod/mini';

/** Why an answer did not come, in words the page has text for; `name` is the server's own word where it gave one. */
export interface Failure {
  readonly kind:
    | 'unreachable'
    | 'signed-out'
    | 'forbidden'
    | 'not-found'
    | 'conflict'
    | 'refused'
    | 'unexpected-answer'
    | 'server';
  readonly name: string;
  /** What the server said about it: the reason that a form was refused for. */
  readonly detail?: string;
}

export class ApiFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.kind}: ${failure.name}`);
    this.failure = failure;
  }
}

/** Asks the HTTP API. Every answer is parsed before anyone sees it; what goes wrong is thrown as an `ApiFailure`. */
export interface Client {
  get<S extends z.ZodMiniType>(schema: S, path: string, signal?: AbortSignal): Promise<z.infer<S>>;
  post<S extends z.ZodMiniType>(schema: S, path: string, body?: object): Promise<z.infer<S>>;
  /** A file, for a link that needs the token. */
  download(path: string): Promise<Blob>;
  /** A page that is made by being asked for, such as a slip. */
  postForPage(path: string): Promise<string>;
}

const apiError = z.object({ error: z.string(), message: z.optional(z.string()) });

export function openClient(baseUrl: string, accessToken: () => string, signedOut: () => void): Client {
  const base = baseUrl.replace(/\/$/, '');

  async function send(path: string, init: RequestInit): Promise<Response> {
    const token = accessToken();
    const headers = {
      // What anybody may see is asked for without one.
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const response = await reach(`${base}${path}`, { ...init, headers });
    if (response.ok) return response;
    const failure = failureOf(response.status, await response.json().catch(() => undefined));
    if (failure.kind === 'signed-out') signedOut();
    throw new ApiFailure(failure);
  }

  async function call<S extends z.ZodMiniType>(
    schema: S,
    path: string,
    init: RequestInit,
  ): Promise<z.infer<S>> {
    const response = await send(path, init);
    const parsed = z.safeParse(schema, await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    console.warn('unexpected answer', path, z.prettifyError(parsed.error));
    throw new ApiFailure({ kind: 'unexpected-answer', name: path });
  }

  return {
    get: (schema, path, signal) => call(schema, path, signal === undefined ? {} : { signal }),
    post: (schema, path, body) =>
      call(schema, path, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    download: async (path) => (await send(path, {})).blob(),
    postForPage: async (path) => (await send(path, { method: 'POST' })).text(),
  };
}

/** `/estates/<estate>/<the rest>`; names in the rest are the caller's to encode. */
export function within(estateId: string, rest: string): string {
  return `/estates/${encodeURIComponent(estateId)}/${rest}`;
}

/** What to show for anything that was thrown on the way to an answer. */
export function failureFrom(thrown: unknown): Failure {
  if (thrown instanceof ApiFailure) return thrown.failure;
  return { kind: 'unexpected-answer', name: thrown instanceof Error ? thrown.message : String(thrown) };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (thrown) {
    // An abort is the page changing its mind, not a failure to show.
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiFailure({ kind: 'unreachable', name: new URL(url).host });
  }
}

const kindOfStatus: Readonly<Record<number, Failure['kind']>> = {
  400: 'refused',
  401: 'signed-out',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
};

function failureOf(status: number, body: unknown): Failure {
  const named = z.safeParse(apiError, body);
  const kind = kindOfStatus[status] ?? 'server';
  if (!named.success) return { kind, name: `HTTP ${status}` };
  const { error: name, message: detail } = named.data;
  return detail === undefined ? { kind, name } : { kind, name, detail };
}
