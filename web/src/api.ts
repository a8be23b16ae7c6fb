import { type Client, within } from './client.ts';
import * as contract from './contract.ts';

/** What the estate's page asks of the HTTP API. */
export interface Api {
  estates(signal?: AbortSignal): Promise<contract.Estate[]>;
  overview(estateId: string, signal?: AbortSignal): Promise<contract.Overview>;
  alerts(estateId: string, signal?: AbortSignal): Promise<contract.Alert[]>;
  charges(estateId: string, signal?: AbortSignal): Promise<contract.Charge[]>;
  charge(estateId: string, chargeId: string, signal?: AbortSignal): Promise<contract.ChargeDetail>;
  refusals(estateId: string, signal?: AbortSignal): Promise<contract.Refusals>;
  /** Asks the board to end a charge that runs. */
  stop(estateId: string, chargeId: string): Promise<void>;
  acknowledge(estateId: string, alertId: string): Promise<contract.Alert>;
}

export const chargesShown = 30;

export function estateApi({ get, post }: Client): Api {
  return {
    estates: async (signal) => (await get(contract.estateList, '/estates', signal)).estates,
    overview: (estateId, signal) => get(contract.overview, within(estateId, 'overview'), signal),
    alerts: async (estateId, signal) =>
      (await get(contract.alertList, within(estateId, 'alerts'), signal)).alerts,
    charges: async (estateId, signal) =>
      (await get(contract.chargeList, within(estateId, `charges?limit=${chargesShown}`), signal)).charges,
    charge: (estateId, chargeId, signal) =>
      get(contract.chargeDetail, within(estateId, `charges/${encodeURIComponent(chargeId)}`), signal),
    refusals: (estateId, signal) => get(contract.refusals, within(estateId, 'refusals'), signal),
    stop: async (estateId, chargeId) => {
      await post(contract.stopped, within(estateId, `charges/${encodeURIComponent(chargeId)}/stop`));
    },
    acknowledge: (estateId, alertId) =>
      post(contract.alert, within(estateId, `alerts/${encodeURIComponent(alertId)}/acknowledge`)),
  };
}
