import { type Receipt, receiptSchema } from '../../../contract/shapes/receipt.ts';
import { portsIn } from '../../../src/charging/frame-store.ts';
import { limits } from '../../../src/charging/session.ts';
import { type Entry, parseEntry } from '../../../src/journal/entry.ts';
import { type Agreement, agreementSchema } from '../../../src/journal/facts/session.ts';
import { type DevicesTruth, deliveredUntil } from '../world/devices-truth.ts';
import { timeZone } from '../world/small-estate.ts';
import type { Change } from '../world/store.ts';
import { keyText } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** How the boards of the small estate speak; in what units they settle, live data does not depend on. */
const simulatedBoard = { family: 'juy', timeZone, settlementUnitWh: 1 } as const;
/** Live data is in steps of so many Wh at most, always rounded down. */
const STEP_WH = 10;
/** A board counts whole seconds. */
const ROUNDED_MS = 1000;
/** What a port delivers at most within a second: a reading and a look at the meter in one second may be that far apart. */
const ROUNDED_WH = limits.portPowerW / 3600;

interface Known {
  readonly agreement: Agreement;
  receipt: Receipt | undefined;
  stopAskedAtMs: number | undefined;
}

/**
 * I8 against the devices themselves, and not against what arrived of their words: a receipt bills the energy that the
 * board delivered, for the time that it delivered it, from when it began; and nothing that was delivered after a
 * resident had asked for the end.
 */
export class DeliveryCheck {
  readonly #verdict: Verdict;
  readonly #truth: DevicesTruth;
  readonly #sessions = new Map<string, Known>();
  /** By port: when its session began, by what live data said that has arrived. */
  readonly #begunByFrames = new Map<string, Set<number>>();

  constructor(verdict: Verdict, truth: DevicesTruth) {
    this.#verdict = verdict;
    this.#truth = truth;
  }

  see(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (after?.['type'] !== 'entry' || before !== undefined) continue;
      if (after['kind'] === 'meter-frame') this.#frame(parseEntry(after));
      const { sessionId, agreement, receipt } = after['facts'] as Facts;
      if (after['kind'] === 'session-authorised') this.#agreed(agreementSchema.parse(after['facts']));
      if (after.sk.endsWith('#stop-asked')) this.#stopAsked(String(sessionId), Number(after['receivedAtMs']));
      if (agreement === undefined || receipt === undefined) continue;
      const known = this.#sessions.get(agreement.sessionId);
      if (known === undefined) continue;
      known.receipt = receiptSchema.parse(receipt);
      this.#delivered(known.agreement, known.receipt, Number(after['receivedAtMs']), keyText(after));
    }
  }

  #agreed(agreement: Agreement): void {
    this.#sessions.set(agreement.sessionId, { agreement, receipt: undefined, stopAskedAtMs: undefined });
  }

  #frame(entry: Entry): void {
    for (const { port, chargingS, receivedAtMs } of portsIn(entry, simulatedBoard)) {
      const place = `${entry.deviceId}/${port}`;
      const beginnings = this.#begunByFrames.get(place) ?? new Set();
      this.#begunByFrames.set(place, beginnings.add(receivedAtMs - chargingS * 1000));
    }
  }

  #stopAsked(sessionId: string, atMs: number): void {
    const known = this.#sessions.get(sessionId);
    if (known !== undefined) known.stopAskedAtMs = atMs;
  }

  #delivered(agreement: Agreement, receipt: Receipt, heardMs: number, entry: string): void {
    const { deviceId, port, order, sessionId } = agreement;
    const truth = this.#truth.of(deviceId, order);
    if (truth === undefined) return;
    const { readings, remarks, estimated } = receipt;
    const first = readings[0]?.atMs ?? 0;
    const last = readings.at(-1) ?? { atMs: first, energyWh: 0 };
    const wrong = (what: string) => this.#verdict.breach('I8', `${sessionId}: ${what} (${entry})`);
    // Live data names no session: of one before on this port it may come so late that it passes for one of this.
    const misled =
      first >= agreement.authorisedAtMs &&
      this.#begunByFrames.get(`${deviceId}/${port}`)?.has(first) === true;
    if (readings.length > 1 && first < truth.startedAtMs - ROUNDED_MS && !misled)
      wrong(`billed from ${first}, begun at ${truth.startedAtMs}`);
    if (last.atMs > heardMs + 60_000) wrong(`billed until ${last.atMs}, and that was not over at ${heardMs}`);
    const cut = remarks.includes('stop-lost-borne-by-us');
    const between = readings.slice(1, estimated && !cut ? undefined : -1);
    for (const { atMs, energyWh } of between) {
      const metered = this.#truth.meteredOn(deviceId, port, (atMs - first) / 1000);
      const fits = metered.some((wh) => energyWh <= wh + ROUNDED_WH && energyWh >= wh - STEP_WH);
      if (truth.metered.has((atMs - first) / 1000) && !fits)
        wrong(`billed for ${energyWh} Wh by ${atMs}, metered ${metered}`);
    }
    if (estimated || cut || truth.closed === undefined) return;
    const { seconds, reportedWh } = truth.closed;
    if (last.atMs - first !== seconds * 1000)
      wrong(`billed for ${(last.atMs - first) / 1000} s, delivered for ${seconds} s`);
    if (!truth.tampered && last.energyWh !== reportedWh)
      wrong(`billed for ${last.energyWh} Wh, delivered ${reportedWh} Wh`);
  }

  /** Once everything is known: after a stop was asked for, and the time that one takes, nothing costs anything. */
  atRest(): void {
    for (const { agreement, receipt, stopAskedAtMs } of this.#sessions.values()) {
      const last = receipt?.readings.at(-1);
      if (last === undefined || stopAskedAtMs === undefined) continue;
      const untilMs = stopAskedAtMs + limits.stopGraceMs;
      const truth = this.#truth.of(agreement.deviceId, agreement.order);
      if (receipt?.readings.length !== 1 && last.atMs > untilMs)
        this.#verdict.breach(
          'I8',
          `${agreement.sessionId}: billed until ${last.atMs}, to be stopped by ${untilMs}`,
        );
      if (truth !== undefined && !truth.tampered && last.energyWh > deliveredUntil(truth, untilMs) + 1)
        this.#verdict.breach(
          'I8',
          `${agreement.sessionId}: billed for ${last.energyWh} Wh, delivered ${deliveredUntil(truth, untilMs)} Wh until it was to stop`,
        );
    }
  }
}

interface Facts {
  readonly sessionId?: string;
  readonly agreement?: { readonly sessionId: string };
  readonly receipt?: unknown;
}
