import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What the issuer remembers between requests (codes, sessions, grants). It may forget all of it at a restart. */
const remembered = new Map<string, { readonly payload: AdapterPayload; readonly expiresRealMs: number }>();
const MOST_REMEMBERED = 10_000;

/** The issuer's store, in this process's memory. */
export class IssuerMemory implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresInS: number): Promise<void> {
    if (remembered.size >= MOST_REMEMBERED) this.#forgetExpired();
    remembered.set(this.#key(id), { payload, expiresRealMs: Date.now() + (expiresInS || 86_400) * 1000 });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = remembered.get(this.#key(id));
    return found !== undefined && found.expiresRealMs > Date.now() ? found.payload : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#search((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#search((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const found = await this.find(id);
    if (found) found.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    remembered.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of remembered) if (payload.grantId === grantId) remembered.delete(key);
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  #search(wanted: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, { payload }] of remembered)
      if (key.startsWith(`${this.#model}:`) && wanted(payload)) return payload;
    return undefined;
  }

  #forgetExpired(): void {
    for (const [key, { expiresRealMs }] of remembered)
      if (expiresRealMs <= Date.now()) remembered.delete(key);
  }
}
