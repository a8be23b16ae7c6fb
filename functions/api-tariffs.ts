import middy from '@middy/core';
import { checkTariff } from '../src/billing/check-tariff.ts';
import { noticeMs, saveTariff } from '../src/billing/save-tariff.ts';
import { type Tariff, tariffSchema } from '../src/billing/tariff.ts';
import { inForce, nextAfter, readTariffs } from '../src/billing/tariff-store.ts';
import { limits } from '../src/charging/charge.ts';
import { previewPage } from '../src/charging/preview-past.ts';
import { rolloutOf } from '../src/charging/tariff-takes-effect.ts';
import { DomainError } from '../src/shared/errors.ts';
import { draftSchema, previewBodySchema } from './contract/tariffs.ts';
import { awsBackend } from './wiring/backend.ts';
import { estateOf, type HttpRequest, named, namedErrors, type Role, routes } from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;
const staff: readonly Role[] = ['manager', 'operator'];
const everybody: readonly Role[] = [...staff, 'resident', 'committee'];
const tariffs = '/estates/{estateId}/tariffs';
const thirtyDaysMs = 30 * 86_400_000;

/** Prices: all versions, a new one, what it would have cost, and how far it has come on the boards. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      [`GET ${tariffs}`]: async (call) => {
        const estateId = estateOf(call, everybody);
        const [versions, facilities] = await Promise.all([
          readTariffs(table, estateId),
          registry.facilities(estateId),
        ]);
        const nowMs = clock.now();
        const places = facilities.map(({ facilityId, name }) => ({
          name,
          ...placeOf(versions, facilityId, nowMs),
        }));
        return { body: { tariffs: versions, inForce: places, noticeMs, nowMs } };
      },
      [`POST ${tariffs}`]: async (call) => {
        const estateId = estateOf(call, staff);
        const tariff = await draftOf(estateId, call.body);
        const origin = originOf(clock, call, estateId, `tariff ${tariff.tariffVersion}`);
        const saved = await saveTariff(backend, origin, tariff, limits.portPowerW);
        return { status: 201, body: { tariffVersion: tariff.tariffVersion, saved } };
      },
      [`POST ${tariffs}/preview`]: async (call) => {
        const estateId = estateOf(call, staff);
        const { tariff: draft, cursor, ...span } = previewBodySchema.parse(call.body);
        const tariff = await draftOf(estateId, draft);
        checkTariff(tariff, limits);
        const { untilMs = clock.now(), fromMs = Math.max(0, untilMs - thirtyDaysMs) } = span;
        const page = await previewPage(backend, estateId, { tariff, fromMs, untilMs, cursor });
        return { body: { ...page, fromMs, untilMs } };
      },
      [`GET ${tariffs}/{tariffVersion}/rollout`]: async (call) => {
        const estateId = estateOf(call, [...staff, 'committee']);
        const tariffVersion = named(call.path, 'tariffVersion');
        return { body: { tariffVersion, boards: await rolloutOf(backend, estateId, tariffVersion) } };
      },
      'GET /estates/{estateId}/facilities/{facilityId}/prices': async (call) => {
        const estateId = estateOf(call, everybody);
        const facilityId = named(call.path, 'facilityId');
        const [versions, facilities] = await Promise.all([
          readTariffs(table, estateId),
          registry.facilities(estateId),
        ]);
        if (!facilities.some((facility) => facility.facilityId === facilityId))
          throw new DomainError('not-found', `There is no facility ${facilityId}`);
        const tariff = inForce(versions, facilityId, clock.now());
        if (tariff === undefined) throw new DomainError('no-tariff', 'Nothing is sold here yet');
        const next = nextAfter(versions, facilityId, clock.now());
        return { body: { facilityId, tariff, ...(next === undefined ? {} : { next }) } };
      },
    }),
  );

/** A draft with the estate's zone. Throws `bad-request` for another zone, `currency-unknown` for anything but yuan. */
async function draftOf(estateId: string, body: unknown): Promise<Tariff> {
  const { timeZone: zone, currency = 'CNY', ...terms } = draftSchema.parse(body);
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
