import type * as z from 'zod/mini';
import type { Routes } from './routes/all.ts';
import type { Parameter, RouteContract } from './routes/route.ts';

/** Why an answer did not come. */
export type FailureKind =
  | 'unreachable'
  | 'signed-out'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'unexpected-answer'
  | 'server';

interface Failed {
  readonly kind: FailureKind;
  readonly error: string;
  readonly detail?: string | undefined;
  readonly status?: number | undefined;
}

/** Why a call has no answer: to pages, tools and tests alike. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly kind: FailureKind;
  /** The server's own name for it (`src/shared/errors.ts`); `HTTP 502` where it gave none, the host where nobody answered. */
  readonly error: string;
  /** What was said about it, for the person who meets it. */
  readonly detail: string | undefined;
  /** The HTTP status; undefined where nothing was answered, or nothing even sent. */
  readonly status: number | undefined;
  constructor({ kind, error, detail, status }: Failed) {
    super(detail === undefined ? `${kind}: ${error}` : `${error}: ${detail}`);
    this.kind = kind;
    this.error = error;
    this.detail = detail;
    this.status = status;
  }
}

/** A route by which the API is called, e.g. `GET /estates/{estateId}/overview`. */
export type CallKey = keyof Routes;

/** What a route answers: JSON as its contract says, a page as text, a document to print as a file. */
export type AnswerOf<Key extends CallKey> = Routes[Key]['answer'] extends infer A
  ? A extends z.ZodMiniType
    ? z.output<A>
    : A extends 'html'
      ? string
      : Blob
  : never;

/** The names of what may be left out: with a default, or optional. */
type Optional<Q> = {
  [N in keyof Q]: Q[N] extends z.ZodMiniType ? (undefined extends z.input<Q[N]> ? N : never) : never;
}[keyof Q];
type Sent<S> = S extends z.ZodMiniType ? z.output<S> : never;

type QueryOf<Q> = { readonly [N in Exclude<keyof Q, Optional<Q>>]: Sent<Q[N]> } & {
  readonly [N in Optional<Q>]?: Sent<Q[N]> | undefined;
};
type Holding<Name extends string, T> = object extends T
  ? { readonly [N in Name]?: T }
  : { readonly [N in Name]: T };

/** What a route is called with: the parameters of its path, its query and its body, as its contract says. */
export type Given<Key extends CallKey> = (Parameter<Routes[Key]['path']> extends never
  ? unknown
  : { readonly path: Readonly<Record<Parameter<Routes[Key]['path']>, string>> }) &
  (Routes[Key] extends { readonly query: infer Q } ? Holding<'query', QueryOf<Q>> : unknown) &
  (Routes[Key] extends { readonly body: infer B extends z.ZodMiniType }
    ? Holding<'body', z.input<B>>
    : unknown) &
  (Routes[Key]['answer'] extends infer A extends string ? { readonly as: A } : unknown) & {
    readonly signal?: AbortSignal | undefined;
  };

/** The API as one person sees it. */
export interface Client {
  /** Throws an `ApiFailure`, or the signal's own `AbortError`. */
  call<Key extends CallKey>(
    key: Key,
    ...given: object extends Given<Key> ? [given?: Given<Key>] : [given: Given<Key>]
  ): Promise<AnswerOf<Key>>;
}

export interface ClientOptions {
  /** The API's address, with or without a slash at its end. */
  readonly base: string;
  /** Asked at every call; undefined or empty for what anybody may see. */
  readonly token?: () => string | undefined;
  /** Called when the API does not take the token (any more), before that is thrown. */
  readonly onSignedOut?: () => void;
  /**
   * Throws for an answer that is not what the contract says. Tools and tests give one (`check.ts`). Pages give none: the
   * schemas are no part of what they load, and a new word of a newer server is shown as it is, it breaks no page. They
   * refuse only what is no JSON object at all.
   */
  readonly check?: (key: CallKey, answer: unknown) => void;
}

/** What any call may be given, whatever its route. */
interface AnyGiven {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly as?: Extract<RouteContract['answer'], string>;
  readonly signal?: AbortSignal | undefined;
}

/** The one client of the HTTP API, for pages, tools and tests; it holds nothing but its options. */
export function openClient({ base, token, onSignedOut, check }: ClientOptions): Client {
  const call = async (key: CallKey, given: AnyGiven = {}): Promise<unknown> => {
    const response = await reach(key, base, token?.(), given);
    if (!response.ok) {
      const failure = failureOf(response.status, await response.text().catch(() => ''));
      if (failure.kind === 'signed-out') onSignedOut?.();
      throw failure;
    }
    if (given.as !== undefined) return given.as === 'html' ? response.text() : response.blob();
    const answer: unknown = await response.json().catch(() => undefined);
    if (typeof answer !== 'object' || answer === null) throw unexpected(key, 'it is no JSON');
    try {
      check?.(key, answer);
    } catch (thrown) {
      throw unexpected(key, thrown instanceof Error ? thrown.message : String(thrown));
    }
    return answer;
  };
  // What a key stands for is known to the types only.
  return { call: call as Client['call'] };
}

const unexpected = (key: CallKey, detail: string) =>
  new ApiFailure({ kind: 'unexpected-answer', error: key, detail });

async function reach(
  key: CallKey,
  base: string,
  token: string | undefined,
  given: AnyGiven,
): Promise<Response> {
  const { body, signal } = given;
  const url = base.replace(/\/$/, '') + pathOf(key, given);
  try {
    return await fetch(url, {
      method: key.slice(0, key.indexOf(' ')),
      headers: {
        ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (thrown) {
    // An abort is the caller changing its mind, not a failure to show.
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    const error = URL.parse(url)?.host ?? url;
    throw new ApiFailure({ kind: 'unreachable', error, detail: causeOf(thrown) });
  }
}

/** `/estates/ziyun/alerts?limit=20`: what is put into a path stays one part of it, whatever it holds. */
function pathOf(key: CallKey, { path = {}, query = {} }: AnyGiven): string {
  const filled = key.slice(key.indexOf(' ') + 1).replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const part = path[name] ?? '';
    // A path has no words for these.
    if (['', '.', '..'].includes(part))
      throw new ApiFailure({ kind: 'refused', error: 'bad-request', detail: `"${part}" is no name` });
    return encodeURIComponent(part);
  });
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return search.size === 0 ? filled : `${filled}?${search}`;
}

const kindOfStatus: Readonly<Record<number, FailureKind>> = {
  400: 'refused',
  401: 'signed-out',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
};

function failureOf(status: number, text: string): ApiFailure {
  const kind = kindOfStatus[status] ?? 'server';
  const { error, message } = objectIn(text);
  return typeof error === 'string'
    ? new ApiFailure({ kind, error, status, detail: typeof message === 'string' ? message : undefined })
    : new ApiFailure({ kind, error: `HTTP ${status}`, status });
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return {};
  }
}

/** Node hides why nobody could be reached behind `fetch failed`. */
function causeOf(thrown: unknown): string | undefined {
  const { cause, message } = thrown as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
