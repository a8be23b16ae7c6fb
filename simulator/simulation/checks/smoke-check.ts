import type { Envelope } from '../../../src/devices/envelope.ts';
import { keys } from '../../../src/shared/keys.ts';
import { type Outgoing, readJsonObject } from '../../devices/device.ts';
import { estateId, facilityId, things } from '../world/small-estate.ts';
import type { Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

const smokeTopic = `pengyou/${things.smoke}/up/smoke`;

/** As long as a detector is in alarm and the cloud has taken that in, its facility is being evacuated. */
export class SmokeCheck {
  readonly #verdict: Verdict;
  readonly #store: Store;
  #lastSaid: { readonly data: string; readonly level: unknown } | undefined;
  readonly #taken = new Set<string>();

  constructor(verdict: Verdict, store: Store) {
    this.#verdict = verdict;
    this.#store = store;
  }

  said({ topic, payload }: Outgoing): void {
    const message = topic === smokeTopic ? readJsonObject(payload) : undefined;
    if (message !== undefined)
      this.#lastSaid = { data: Buffer.from(payload).toString('base64'), level: message['level'] };
  }

  taken({ topic, data }: Envelope): void {
    if (topic === smokeTopic) this.#taken.add(data);
  }

  look(): void {
    const said = this.#lastSaid;
    if (said?.level !== 'alarm' || !this.#taken.has(said.data)) return;
    const facility = this.#store.peek(keys.facility(estateId, facilityId));
    if (facility?.['evacuation'] === undefined)
      this.#verdict.breach('smoke', `${things.smoke} is in alarm, has said so, and nothing is evacuated`);
  }
}
