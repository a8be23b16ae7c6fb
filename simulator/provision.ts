import type { Tariff } from '../contract/shapes/tariff.ts';

/** One line of an estate's configuration, as the HTTP API takes it. */
export type ProvisionRecord =
  | { kind: 'estate'; name: Name; timeZone: string; committeeWebhookUrl?: string; cashApprovalFen?: number }
  | ({ kind: 'tariff' } & Omit<Tariff, 'timeZone' | 'currency'>)
  | { kind: 'facility'; facilityId: string; facilityKind: 'shed' | 'garage'; name: Name; bays: number }
  | {
      kind: 'charging-board';
      deviceId: string;
      facilityId: string;
      ports: number;
      login: { user: string; password: string };
      settlementUnitWh: 1 | 10;
    }
  | { kind: 'reader'; deviceId: string; facilityId: string; direction: 'in' | 'out'; name: Name }
  | { kind: 'door-gateway'; deviceId: string }
  | {
      kind: 'door-board';
      deviceId: string;
      gatewayId: string;
      facilityId: string;
      doors: { door: number; name: Name; direction: 'in' | 'out' | 'both' }[];
    }
  | { kind: 'sensor'; deviceId: string; sensor: SensorKind; facilityId?: string; place: Name }
  | { kind: 'household'; householdId: string; building: string; unit: string }
  | {
      kind: 'credential';
      credentialId: string;
      householdId: string;
      cardUid: string;
      facilities: string[];
      validFrom: string;
      validUntil: string;
    }
  | { kind: 'top-up'; transferId: string; householdId: string; amountFen: number };

export type SensorKind = 'bay' | 'smoke' | 'corridor' | 'gate';

export interface Name {
  readonly zh: string;
  readonly en: string;
}

interface Provisioned {
  readonly awaiting: readonly { readonly changeId?: string }[];
}

/** What one request may carry. */
const BATCH = 100;

/** How long somebody goes on asking an API that says 503, or nothing. */
export interface Patience {
  readonly forMs: number;
  /** Told before each wait, with what was answered and how long it is. */
  readonly waits?: (error: unknown, waitMs: number) => void;
}

/** An outage of a moment. */
const aMoment: Patience = { forMs: 5000 };
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** A refusal by the API, with the name that it gave. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly error: string;
  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body.slice(0, 300)}`);
    this.status = status;
    this.error = errorName(body);
  }
}

function errorName(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'error' in parsed
      ? String(parsed.error)
      : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** The HTTP API, as one person with one token sees it. */
export class ApiClient {
  readonly #base: string;
  readonly #accessToken: string;
  readonly #patience: Patience;

  constructor(base: string, accessToken: string, patience = aMoment) {
    this.#base = base.replace(/\/$/, '');
    this.#accessToken = accessToken;
    this.#patience = patience;
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call<T>('POST', path, body);
  }

  /**
   * Writes records in the order given, as many at once as the API takes; the same records again change nothing. Answers
   * the changes that wait for a second person.
   */
  async provision(estateId: string, records: readonly ProvisionRecord[]): Promise<string[]> {
    const waiting: string[] = [];
    for (let from = 0; from < records.length; from += BATCH) {
      const page = { records: records.slice(from, from + BATCH) };
      const answer = await this.post<Provisioned>(`/estates/${estateId}/provision`, page);
      waiting.push(...answer.awaiting.flatMap(({ changeId }) => changeId ?? []));
    }
    return waiting;
  }

  /** Approves what somebody else has asked for. */
  async approve(estateId: string, changeIds: readonly string[]): Promise<void> {
    for (const changeId of changeIds)
      await this.post(`/estates/${estateId}/changes/${encodeURIComponent(changeId)}/approve`);
  }

  /** Everything here may be asked twice, so an outage is waited out: each time twice as long, as far as patience goes. */
  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const untilMs = Date.now() + this.#patience.forMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await this.#once<T>(method, path, body);
      } catch (error) {
        const lasting = error instanceof ApiRefusal && error.status < 500 && error.status !== 429;
        if (lasting || Date.now() + waitMs > untilMs) throw error;
        this.#patience.waits?.(error, waitMs);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async #once<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiRefusal(`${method} ${path}`, response.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
