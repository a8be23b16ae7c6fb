import type { ProvisioningRecord } from '../../../contract/shapes/provisioning.ts';
import type { SessionPackage, Tariff } from '../../../contract/shapes/tariff.ts';
import type { Random } from '../../random.ts';

type TariffRecord = Extract<ProvisioningRecord, { kind: 'tariff' }>;

const packages: readonly SessionPackage[] = [
  { packageId: 'three', kind: 'sessions', amount: 3, priceFen: 90, validDays: 30 },
  { packageId: 'two-kwh', kind: 'energy', amount: 2000, priceFen: 110, validDays: 60 },
  { packageId: 'day', kind: 'days', amount: 1, priceFen: 70, validDays: 1 },
].map((terms) => ({ ...terms, name: { zh: terms.packageId, en: terms.packageId } }) as SessionPackage);

/** Prices that somebody could have thought of: any way to price the service, with any of the other components. */
export function drawnTariff(
  random: Random,
  {
    tariffVersion,
    facilityId,
    effectiveFromMs,
  }: Pick<Tariff, 'tariffVersion' | 'facilityId' | 'effectiveFromMs'>,
): TariffRecord {
  const sometimes = <T extends object>(probability: number, draw: () => T): T | object =>
    random.chance(probability) ? draw() : {};
  const freeMinutes = random.int(1, 15);
  return {
    kind: 'tariff',
    tariffVersion,
    ...(facilityId === undefined ? {} : { facilityId }),
    effectiveFromMs,
    ...drawnLines(random),
    ...sometimes(0.25, () => ({ startFeeFen: random.int(1, 10) })),
    ...sometimes(0.2, () => ({ freeMinutes })),
    ...sometimes(0.2, () => ({
      minimum: { feeFen: random.int(5, 20), coversMinutes: freeMinutes + random.int(5, 60) },
    })),
    ...sometimes(0.15, () => ({ minimumPerSessionFen: random.int(10, 40) })),
    ...sometimes(0.25, () => ({ capPerSessionFen: random.int(40, 110) })),
    ...sometimes(0.4, () => ({ capPerDayFen: random.int(40, 150) })),
    ...sometimes(0.5, () => ({
      overstay: { graceMinutes: random.int(0, 20), priceMilliYuanPerHour: random.int(50, 400) },
    })),
    ...sometimes(0.8, () => ({ packages: [...packages] })),
    holdFen: random.int(80, 200),
  };
}

function drawnLines(random: Random): Pick<TariffRecord, 'electricity' | 'service' | 'timeAloneAcknowledged'> {
  const price = () => random.int(200, 1100);
  const hourly = () => random.int(50, 300);
  const byTime = { by: 'time', priceMilliYuanPerHour: hourly() } as const;
  if (random.chance(0.08))
    return { electricity: [], service: byTime, timeAloneAcknowledged: '发改办价格〔2024〕537号' };
  // A boundary in each part of the evening, so that sessions run across it.
  const [first, second] = [random.int(1, 12), random.int(37, 46)];
  const classes = (days: ('weekday' | 'weekend' | 'holiday')[] | undefined) =>
    [
      [0, first],
      [first, second],
      [second, 48],
    ].map(([fromHalfHour = 0, toHalfHour = 48]) => ({
      ...(days === undefined ? {} : { days }),
      fromHalfHour,
      toHalfHour,
      priceMilliYuanPerKWh: price(),
    }));
  const electricity = random.chance(0.5)
    ? classes(undefined)
    : [...classes(['weekday', 'holiday']), ...classes(['weekend'])];
  const base = hourly();
  const byPower = {
    by: 'power',
    bands: [
      { upToW: 200, priceMilliYuanPerHour: base },
      { upToW: 500, priceMilliYuanPerHour: base + random.int(0, 200) },
      { upToW: 2000, priceMilliYuanPerHour: base + random.int(200, 500) },
    ],
  } as const;
  const energy = { by: 'energy', priceMilliYuanPerKWh: price() } as const;
  const energyByPower = {
    by: 'energy-by-power' as const,
    bands: byPower.bands.map(({ upToW, priceMilliYuanPerHour }) => ({
      upToW,
      priceMilliYuanPerKWh: 2 * priceMilliYuanPerHour,
    })),
  };
  const service = random.pick([
    ...[energy, energy, byTime, energyByPower],
    { ...byPower, bands: [...byPower.bands] },
  ]);
  const calendar = electricity.some(({ days }) => days !== undefined);
  return {
    electricity,
    service,
    ...(calendar ? { calendar: { holidays: ['2026-10-01'], workdays: [] } } : {}),
  } as ReturnType<typeof drawnLines>;
}
