import type { SessionSummary } from '../../contract/shapes/session.ts';
import { newestReceiptStep, receiptIn, type SessionSteps } from '../charging/steps.ts';
import type { Entry } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';

/** The step that says what a session is now, in whatever order the steps were told. */
export function newestOf(steps: SessionSteps): Entry | undefined {
  return newestReceiptStep(steps) ?? steps.started;
}

/** A session as its newest step leaves it. */
export function summarise(agreement: Agreement, newest: Entry | undefined): SessionSummary {
  const {
    holdFen: _h,
    tariffVersion: _t,
    energyLimitWh: _e,
    timeLimitMs: _l,
    allowance: _a,
    credentialId: _c,
    memberId: _m,
    order: _o,
    authorisedAtMs,
    ...shown
  } = agreement;
  const receipt = receiptIn(newest);
  if (receipt === undefined) {
    const state = newest?.kind === 'session-start-answered' ? 'charging' : 'starting';
    return { ...shown, state, startedAtMs: authorisedAtMs };
  }
  const first = receipt.readings[0];
  const last = receipt.readings.at(-1);
  const neverBegan = receipt.remarks.includes('not-started') || receipt.remarks.includes('port-fault');
  return {
    ...shown,
    state: neverBegan ? 'not-started' : receipt.estimated ? 'estimated' : 'settled',
    startedAtMs: first?.atMs ?? authorisedAtMs,
    endedAtMs: last?.atMs ?? authorisedAtMs,
    // Where nobody measured anything, nothing is known; what never began took nothing.
    ...(last === undefined && !neverBegan ? {} : { energyWh: last?.energyWh ?? 0 }),
    totalFen: receipt.chargedFen,
  };
}
