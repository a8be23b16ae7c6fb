import * as z from 'zod';
import { rebuildPageSchema } from '../contract/shapes/rebuild.ts';
import { allDifferences, rebuildAll } from '../src/books/rebuild-sums.ts';
import type { ApiClient } from './provision.ts';
import type { CloudCharge } from './reconcile.ts';
import { REPLAY_ESTATE } from './replay-layout.ts';

const chargeSchema = z.object({
  chargeId: z.string(),
  deviceId: z.string(),
  port: z.int(),
  householdId: z.string().optional(),
  state: z.string(),
  startedAtMs: z.int(),
  energyWh: z.int().optional(),
  totalFen: z.int().optional(),
});
const detailSchema = z.object({
  charge: chargeSchema,
  receipt: z
    .object({
      lines: z.array(
        z.object({
          line: z.string(),
          amountFen: z.int(),
          slices: z.array(
            z.object({
              energyWh: z.int(),
              fromMs: z.int(),
              toMs: z.int(),
              priceMilliYuan: z.int(),
              per: z.enum(['kWh', 'hour', 'once']),
              amountGrains: z.int(),
              free: z.string().optional(),
            }),
          ),
        }),
      ),
      totalFen: z.int(),
      remarks: z.array(z.string()),
    })
    .optional(),
  stay: z.object({ enteredAtMs: z.int().optional(), leftAtMs: z.int().optional() }).optional(),
});
const accountsSchema = z.object({
  accounts: z.array(z.object({ account: z.string(), balanceFen: z.int(), heldFen: z.int().optional() })),
});
const refusalsSchema = z.object({ today: z.record(z.string(), z.int()) });
const overviewSchema = z.object({
  facilities: z.array(z.object({ occupancy: z.object({ inside: z.int() }) })),
});

/** What one request may list. */
const LIST_LIMIT = 1000;
const AT_ONCE = 8;
const ESTATE = `/estates/${REPLAY_ESTATE}`;

/** Reads what was booked through the HTTP API, as an operator may. */
export class BookReader {
  readonly #api: ApiClient;
  readonly #chargeIds = new Set<string>();
  readonly #refusals: Record<string, number> = {};

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Notes the newest charges: a list is no longer than one answer, and a replay may be. */
  async noteCharges(): Promise<void> {
    const answer = await this.#api.get(`${ESTATE}/charges?limit=${LIST_LIMIT}`);
    for (const { chargeId } of z.object({ charges: z.array(chargeSchema) }).parse(answer).charges) {
      this.#chargeIds.add(chargeId);
    }
  }

  /** Notes what was refused on this day, which must not be over yet. */
  async noteRefusals(): Promise<void> {
    const { today } = refusalsSchema.parse(await this.#api.get(`${ESTATE}/refusals`));
    for (const [reason, count] of Object.entries(today))
      this.#refusals[reason] = (this.#refusals[reason] ?? 0) + count;
  }

  get refusals(): Readonly<Record<string, number>> {
    return this.#refusals;
  }

  /** Every noted charge with its bill and its stay. */
  async charges(): Promise<CloudCharge[]> {
    const ids = [...this.#chargeIds];
    const found: CloudCharge[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      found.push(...(await Promise.all(some.map((chargeId) => this.#charge(chargeId)))));
    }
    return found;
  }

  async accounts() {
    return accountsSchema.parse(await this.#api.get(`${ESTATE}/accounts`)).accounts;
  }

  /** What does not come out the same when every receipt and wallet is computed again from the journal. */
  async rebuildDifferences(): Promise<string[]> {
    const sums = await rebuildAll(async (cursor) =>
      rebuildPageSchema.parse(
        await this.#api.post(`${ESTATE}/rebuild`, cursor === undefined ? {} : { cursor }),
      ),
    );
    return allDifferences(sums).map(
      ({ what, of, where, recorded, recomputed }) =>
        `${what} of ${of} at ${where}: recorded ${recorded}, recomputed ${recomputed}`,
    );
  }

  async inside(): Promise<number> {
    const { facilities } = overviewSchema.parse(await this.#api.get(`${ESTATE}/overview`));
    return facilities.reduce((sum, facility) => sum + facility.occupancy.inside, 0);
  }

  async #charge(chargeId: string): Promise<CloudCharge> {
    const answer = await this.#api.get(`${ESTATE}/charges/${encodeURIComponent(chargeId)}`);
    const { charge, receipt, stay } = detailSchema.parse(answer);
    return { ...charge, receipt, stay };
  }
}
