import * as z from 'zod/mini';
import * as contract from './contract.ts';

/** Why an answer did not come, in words the page has text for; `name` is the server's own word where it gave one. */
export interface Failure {
  readonly kind:
    | 'unreachable'
    | 'signed-out'
    | 'forbidden'
    | 'not-found'
    | 'conflict'
    | 'unexpected-answer'
    | 'server';
  readonly name: string;
}

export class ApiFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.kind}: ${failure.name}`);
    this.failure = failure;
  }
}

/** The page's view of the HTTP API. Every answer is parsed before anyone sees it. */
export interface Api {
  estates(signal?: AbortSignal): Promise<contract.Estate[]>;
  overview(estateId: string, signal?: AbortSignal): Promise<contract.Overview>;
  alerts(estateId: string, signal?: AbortSignal): Promise<contract.Alert[]>;
  charges(estateId: string, signal?: AbortSignal): Promise<contract.Charge[]>;
  charge(estateId: string, chargeId: string, signal?: AbortSignal): Promise<contract.ChargeDetail>;
  refusals(estateId: string, signal?: AbortSignal): Promise<contract.Refusals>;
  acknowledge(estateId: string, alertId: string): Promise<contract.Alert>;
}

export const chargesShown = 30;

export function openApi(baseUrl: string, accessToken: () => string, signedOut: () => void): Api {
  const base = baseUrl.replace(/\/$/, '');

  async function call<S extends z.ZodMiniType>(
    schema: S,
    path: string,
    init: RequestInit,
  ): Promise<z.infer<S>> {
    const response = await send(`${base}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${accessToken()}` },
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const failure = failureOf(response.status, body);
      if (failure.kind === 'signed-out') signedOut();
      throw new ApiFailure(failure);
    }
    const parsed = z.safeParse(schema, body);
    if (!parsed.success) {
      console.warn('unexpected answer', path, z.prettifyError(parsed.error));
      throw new ApiFailure({ kind: 'unexpected-answer', name: path });
    }
    return parsed.data;
  }

  const get = <S extends z.ZodMiniType>(schema: S, path: string, signal?: AbortSignal) =>
    call(schema, path, signal === undefined ? {} : { signal });
  const within = (estateId: string, rest: string) => `/estates/${encodeURIComponent(estateId)}/${rest}`;

  return {
    estates: async (signal) => (await get(contract.estateList, '/estates', signal)).estates,
    overview: (estateId, signal) => get(contract.overview, within(estateId, 'overview'), signal),
    alerts: async (estateId, signal) =>
      (await get(contract.alertList, within(estateId, 'alerts'), signal)).alerts,
    charges: async (estateId, signal) =>
      (await get(contract.chargeList, within(estateId, `charges?limit=${chargesShown}`), signal)).charges,
    charge: (estateId, chargeId, signal) =>
      get(contract.chargeDetail, within(estateId, `charges/${encodeURIComponent(chargeId)}`), signal),
    refusals: (estateId, signal) => get(contract.refusals, within(estateId, 'refusals'), signal),
    acknowledge: (estateId, alertId) =>
      call(contract.alert, within(estateId, `alerts/${encodeURIComponent(alertId)}/acknowledge`), {
        method: 'POST',
      }),
  };
}

/** What to show for anything that was thrown on the way to an answer. */
export function failureFrom(thrown: unknown): Failure {
  if (thrown instanceof ApiFailure) return thrown.failure;
  return { kind: 'unexpected-answer', name: thrown instanceof Error ? thrown.message : String(thrown) };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (thrown) {
    // An abort is the page changing its mind, not a failure to show.
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiFailure({ kind: 'unreachable', name: new URL(url).host });
  }
}

const kindOfStatus: Readonly<Record<number, Failure['kind']>> = {
  401: 'signed-out',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
};

function failureOf(status: number, body: unknown): Failure {
  const named = z.safeParse(contract.apiError, body);
  return {
    kind: kindOfStatus[status] ?? 'server',
    name: named.success ? named.data.error : `HTTP ${status}`,
  };
}
