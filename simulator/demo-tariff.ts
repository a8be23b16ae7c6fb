import type { ProvisioningRecord } from '../contract/shapes/provisioning.ts';
import { householdElectricity } from './household-tariff.ts';

type TariffRecord = Extract<ProvisioningRecord, { kind: 'tariff' }>;

/** What the demo's residents can buy; a kWh in advance costs more than its electricity alone, at any hour. */
export const demoPackages = [
  {
    packageId: 'kwh-20',
    name: { zh: '20度电量包', en: '20 kWh' },
    priceFen: 1600,
    kind: 'energy',
    amount: 20_000,
    validDays: 90,
  },
  {
    packageId: 'month-card',
    name: { zh: '月卡', en: 'Month card' },
    priceFen: 2500,
    kind: 'days',
    amount: 30,
    validDays: 30,
  },
] as const satisfies TariffRecord['packages'];

export type DemoPackage = (typeof demoPackages)[number]['packageId'];

/** The one version that both estates of the demo begin with, in force since 2020. */
export const demoTariff: TariffRecord = {
  kind: 'tariff',
  tariffVersion: '2026-01',
  electricity: householdElectricity,
  service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  packages: [...demoPackages],
  holdFen: 300,
  effectiveFromMs: Date.UTC(2019, 11, 31, 16),
};
