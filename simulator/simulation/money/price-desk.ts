import type { ProvisioningRecord } from '../../../contract/shapes/provisioning.ts';
import { provision } from '../../../src/provisioning/provision.ts';
import { insist, type PeopleParts } from '../world/people.ts';
import { facilityId, personOrigin } from '../world/small-estate.ts';
import { drawnTariff } from './prices.ts';

type TariffRecord = Extract<ProvisioningRecord, { kind: 'tariff' }>;

const MINUTE_MS = 60_000;
const MANY_ATTEMPTS = 100;
/** Sooner than this a version cannot take effect (noticeMs in save-tariff.ts). */
const SOONEST_MIN = 2;

/** Who sets the prices: new versions while people charge, and what must be refused. */
export class PriceDesk {
  readonly #parts: PeopleParts;
  readonly #saved: TariffRecord[] = [];
  #versions = 0;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** Told some minutes before it holds; sometimes by two people at once, who need not mean the same. */
  async newPrices(forFacility: boolean): Promise<void> {
    const { random, schedule } = this.#parts;
    this.#versions += 1;
    const effectiveFromMs = schedule.now() + random.int(SOONEST_MIN + 1, 40) * MINUTE_MS;
    const scope = forFacility ? { facilityId } : {};
    const own = { tariffVersion: `v${this.#versions}`, effectiveFromMs, ...scope };
    const record = drawnTariff(random, own);
    const other = random.chance(0.3) ? drawnTariff(random, own) : record;
    await Promise.all([
      this.#save(record, MANY_ATTEMPTS),
      ...(random.chance(0.3) ? [this.#save(other, 3)] : []),
    ]);
    this.#saved.push(record);
  }

  /** Other prices under a name that is in use: now or later, never may they stand. */
  async rewrite(): Promise<void> {
    const { random, schedule } = this.#parts;
    if (this.#saved.length === 0) return;
    const { tariffVersion, effectiveFromMs, facilityId: place } = random.pick(this.#saved);
    const laterMs = schedule.now() + random.int(SOONEST_MIN + 1, 60) * MINUTE_MS;
    const terms = { tariffVersion, effectiveFromMs: random.chance(0.5) ? effectiveFromMs : laterMs };
    await this.#save(
      drawnTariff(random, { ...terms, ...(place === undefined ? {} : { facilityId: place }) }),
      3,
    );
  }

  /** Prices for what is over, or for this very moment: refused. */
  async backdate(): Promise<void> {
    const { random, schedule, verdict } = this.#parts;
    this.#versions += 1;
    const effectiveFromMs = schedule.now() - random.int(1 - SOONEST_MIN, 90) * MINUTE_MS;
    const tariffVersion = `past${this.#versions}`;
    if (await this.#save(drawnTariff(random, { tariffVersion, effectiveFromMs }), 3))
      verdict.breach('I8', `The tariff ${tariffVersion} was saved for a time that has begun`);
  }

  async #save(record: TariffRecord, attempts: number): Promise<boolean> {
    const saved = await insist(this.#parts, 'api-tariffs', attempts, async (backend) => {
      await provision(backend, personOrigin('manager', backend.clock.now(), JSON.stringify(record)), record);
      return true;
    });
    return saved === true;
  }
}
