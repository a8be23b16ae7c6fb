import type * as z from 'zod/mini';
import { type draftSchema, tariffsContract } from '../contract/routes/tariffs.ts';
import { type Tariff, tariffSchema } from '../contract/shapes/tariff.ts';
import { checkTariff } from '../src/billing/check-tariff.ts';
import { previewPage } from '../src/charging/preview-past.ts';
import { limits } from '../src/charging/session.ts';
import { inForce, nextAfter, readTariffs } from '../src/estate/tariff-store.ts';
import { DomainError } from '../src/shared/errors.ts';
import { noticeMs, saveTariff } from '../src/tariffs/save-tariff.ts';
import { rolloutOf } from '../src/tariffs/tariff-takes-effect.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;
const thirtyDaysMs = 30 * 86_400_000;

/** Prices: all versions, a new one, what it would have cost, and how far it has come on the boards. */
export const handler = serve(tariffsContract, {
  'GET /estates/{estateId}/tariffs': async ({ path: { estateId } }) => {
    const [versions, facilities] = await Promise.all([
      readTariffs(table, estateId),
      registry.facilities(estateId),
    ]);
    const nowMs = clock.now();
    const places = facilities.map(({ facilityId, name }) => ({
      name,
      ...placeOf(versions, facilityId, nowMs),
    }));
    return { tariffs: versions, inForce: places, noticeMs, nowMs };
  },
  'POST /estates/{estateId}/tariffs': async (call) => {
    const tariff = await draftOf(call.path.estateId, call.body);
    const origin = originOf(clock, call, `tariff ${tariff.tariffVersion}`);
    const saved = await saveTariff(backend, origin, tariff, limits.portPowerW);
    return { tariffVersion: tariff.tariffVersion, saved };
  },
  'POST /estates/{estateId}/tariffs/preview': async ({ path: { estateId }, body }) => {
    const { tariff: draft, cursor, ...span } = body;
    const tariff = await draftOf(estateId, draft);
    checkTariff(tariff, limits);
    const { untilMs = clock.now(), fromMs = Math.max(0, untilMs - thirtyDaysMs) } = span;
    const page = await previewPage(backend, estateId, { tariff, fromMs, untilMs, cursor });
    return { ...page, fromMs, untilMs };
  },
  'GET /estates/{estateId}/tariffs/{tariffVersion}/rollout': async ({
    path: { estateId, tariffVersion },
  }) => ({
    tariffVersion,
    boards: await rolloutOf(backend, estateId, tariffVersion),
  }),
  'GET /estates/{estateId}/facilities/{facilityId}/prices': async ({ path: { estateId, facilityId } }) => {
    const [versions, facilities] = await Promise.all([
      readTariffs(table, estateId),
      registry.facilities(estateId),
    ]);
    if (!facilities.some((facility) => facility.facilityId === facilityId))
      throw new DomainError('not-found', `There is no facility ${facilityId}`);
    const tariff = inForce(versions, facilityId, clock.now());
    if (tariff === undefined) throw new DomainError('no-tariff', 'Nothing is sold here yet');
    const next = nextAfter(versions, facilityId, clock.now());
    return { facilityId, tariff, ...(next === undefined ? {} : { next }) };
  },
});

/** A draft with the estate's zone. Throws `bad-request` for another zone, `currency-unknown` for anything but yuan. */
async function draftOf(estateId: string, draft: z.infer<typeof draftSchema>): Promise<Tariff> {
  const { timeZone: zone, currency = 'CNY', ...terms } = draft;
  const { timeZone } = await registry.estate(estateId);
  if (currency !== 'CNY') throw new DomainError('currency-unknown', 'Prices are in CNY');
  if (zone !== undefined && zone !== timeZone)
    throw new DomainError('bad-request', `The estate keeps the time of ${timeZone}`);
  return tariffSchema.parse({ ...terms, timeZone, currency });
}

function placeOf(versions: readonly Tariff[], facilityId: string, nowMs: number) {
  const now = inForce(versions, facilityId, nowMs);
  const next = nextAfter(versions, facilityId, nowMs);
  return {
    facilityId,
    ...(now === undefined ? {} : { tariffVersion: now.tariffVersion }),
    ...(next === undefined
      ? {}
      : { next: { tariffVersion: next.tariffVersion, effectiveFromMs: next.effectiveFromMs } }),
  };
}
