import { foldSession, type KnownSession } from '../../src/charging/fold.ts';
import { eveningMs } from '../support/estate-names.ts';

// Sessions folded from what is known of them; their seconds count from the moment in which they were agreed.

export const at = (second: number) => eveningMs + second * 1000;

/** Said by the board after so many of its own seconds, and heard so long after the agreement. */
export const frame = (chargingS: number, energyWh: number, heardS = chargingS) => ({
  ...{ receivedAtMs: at(heardS), chargingS, energyWh },
});

export const account = (durationS: number, energyWh: number, heardS: number) => ({
  settlement: { receivedAtMs: at(heardS), durationS, energyWh },
});

export const fold = (known: Partial<KnownSession> = {}) =>
  foldSession({ authorisedAtMs: eveningMs, frames: [], ...known });

/** Its readings: `0 s: 0 Wh, 600 s: 50 Wh`. */
export const told = ({ readings }: ReturnType<typeof foldSession>): string =>
  readings.map(({ atMs, energyWh }) => `${(atMs - eveningMs) / 1000} s: ${energyWh} Wh`).join(', ');
