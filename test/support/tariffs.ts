import type { Receipt } from '../../contract/shapes/receipt.ts';
import type { ElectricityClass, Tariff } from '../../contract/shapes/tariff.ts';
import type { Reading } from '../../src/billing/bill.ts';

/** Shanghai's household electricity by time of use, and a service fee by energy. */
export const shanghai: Tariff = {
  tariffVersion: '2026-01',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  effectiveFromMs: 0,
  electricity: [
    { fromHalfHour: 12, toHalfHour: 44, priceMilliYuanPerKWh: 617 },
    { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
    { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307 },
  ],
  service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  holdFen: 300,
};

/** One price of a kWh at every hour, in thousandths of a yuan: of days of these kinds, or of all. */
export const allDay = (priceMilliYuanPerKWh: number, ...days: NonNullable<ElectricityClass['days']>) => ({
  ...{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh, ...(days.length === 0 ? {} : { days }) },
});

/** One price of a kWh at every hour, for the electricity and for the service, in thousandths of a yuan. */
export const flat = (electricity: number, service: number, terms: Partial<Tariff> = {}): Tariff => ({
  ...{ ...shanghai, electricity: [allDay(electricity)] },
  ...{ service: { by: 'energy', priceMilliYuanPerKWh: service }, ...terms },
});

/** Time alone, as it is met in the field: a tariff that must say which rule it does not follow. */
export const timeAlone: Tariff = {
  ...shanghai,
  electricity: [],
  service: { by: 'time', priceMilliYuanPerHour: 250 },
  timeAloneAcknowledged: '发改办价格〔2024〕537号',
};

/** The first bands of a real JUY board. */
export const juyBands: Tariff['service'] = {
  by: 'power',
  bands: [
    { upToW: 200, priceMilliYuanPerHour: 200 },
    { upToW: 300, priceMilliYuanPerHour: 250 },
    { upToW: 500, priceMilliYuanPerHour: 300 },
    { upToW: 1500, priceMilliYuanPerHour: 1000 },
  ],
};

/** A moment on the wall in Shanghai. */
export const local = (text: string): number => Date.parse(`${text}+08:00`);

/** Readings from [local time, Wh, W] in Shanghai. */
export const readingsAt = (...list: readonly (readonly [string, number, number?])[]): Reading[] =>
  list.map(([text, energyWh, powerW]) => ({
    atMs: local(text),
    energyWh,
    ...(powerW === undefined ? {} : { powerW }),
  }));

/** The receipt of an hour in which so much energy was delivered, and that has cost nothing yet. */
export const receiptOfEnergy = (energyWh: number, endedAtMs: number): Receipt => ({
  ...{ sessionId: 'x', code: '0123456789', tariffVersion: 't1', holdFen: 0, lines: [] },
  readings: [
    { atMs: endedAtMs - 3_600_000, energyWh: 0 },
    { atMs: endedAtMs, energyWh },
  ],
  ...{ totalFen: 0, chargedFen: 0, estimated: false, remarks: [], whyDifferent: [], adjustments: [] },
  revision: 0,
});
