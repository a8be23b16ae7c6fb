import * as z from 'zod/mini';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Reading } from '../billing/bill.ts';
import {
  addPreviews,
  type PastSession,
  previewTariff,
  type SpentDays,
  type TariffPreview,
} from '../billing/preview-tariff.ts';
import { price } from '../billing/price.ts';
import { chargedByLine } from '../billing/receipt.ts';
import { readTariffs } from '../estate/tariff-store.ts';
import type { Backend } from '../journal/commit.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { DomainError } from '../shared/errors.ts';
import { time } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { type PortFrame, readFrames } from './frame-store.ts';
import { parseSessionId } from './session.ts';
import { newestReceiptStep, readSteps, receiptIn } from './steps.ts';

export interface PreviewRequest {
  readonly tariff: Tariff;
  /** Sessions authorised from then on … */
  readonly fromMs: number;
  /** … and before then. */
  readonly untilMs: number;
  readonly cursor?: string | undefined;
}

/** Sessions are read so many side by side, and a page ends after so many, or when its time is up. */
const sideBySide = 20;
const sessionsInPage = 400;
const pageMs = 5_000;

/**
 * One page of what the sessions of an estate would have taken under a draft: each is folded again from the frames of its
 * board, because a receipt keeps only the readings that its own tariff needed. Throws `bad-request` for a cursor that
 * is none of ours.
 */
export async function previewPage(
  backend: Backend,
  estateId: string,
  request: PreviewRequest,
): Promise<{ preview: TariffPreview; cursor?: string }> {
  const { table, clock } = backend;
  const startedMs = clock.now();
  let { after, spent } = cursorOf(request);
  const concerned = await concernedBy(backend, estateId, request.tariff);
  let preview = previewTariff(request.tariff, []).preview;
  for (let read = 0; read < sessionsInPage; read += sideBySide) {
    const { pk } = keys.sessionOfEstate(estateId, 0, '');
    const items = await table.query({
      pk,
      // What follows a key begins with it and something more; `!` is before everything that a session's name goes on with.
      between: [after === undefined ? time(request.fromMs) : `${after}!`, time(request.untilMs)],
      limit: sideBySide,
    });
    const found = await Promise.all(
      items.map((item) => pastSession(backend, String(item['sessionId']), concerned)),
    );
    const sessions = found.filter((one) => typeof one === 'object');
    const leftOut = {
      paidAtBoard: found.filter((one) => one === 'paid-at-board').length,
      unfinished: found.filter((one) => one === 'unfinished').length,
    };
    const page = previewTariff(request.tariff, sessions, leftOut, spent);
    preview = addPreviews(preview, page.preview);
    spent = page.spent;
    after = items.at(-1)?.sk;
    if (items.length < sideBySide) return { preview };
    if (clock.now() - startedMs > pageMs) break;
  }
  return { preview, cursor: Buffer.from(JSON.stringify({ after, spent })).toString('base64url') };
}

const cursorSchema = z.object({
  after: z.string().check(z.maxLength(200)),
  spent: z.record(z.string(), z.int()),
});

function cursorOf({ cursor }: PreviewRequest): { after: string | undefined; spent: SpentDays } {
  if (cursor === undefined) return { after: undefined, spent: {} };
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new DomainError('bad-request', 'The cursor is none of ours');
  }
}

/** Whether a draft would have been the price in a facility: not where another version of its own would stand. */
async function concernedBy(
  { table }: Backend,
  estateId: string,
  draft: Tariff,
): Promise<(facilityId: string) => boolean> {
  if (draft.facilityId !== undefined) return (facilityId) => facilityId === draft.facilityId;
  const own = new Set(
    (await readTariffs(table, estateId))
      .filter(({ effectiveFromMs }) => effectiveFromMs <= draft.effectiveFromMs)
      .map(({ facilityId }) => facilityId),
  );
  return (facilityId) => !own.has(facilityId);
}

type LeftOut = 'elsewhere' | 'paid-at-board' | 'unfinished';

/** A session that is over and was paid from a wallet, with every reading that is left of it. */
async function pastSession(
  backend: Backend,
  sessionId: string,
  concerned: (facilityId: string) => boolean,
): Promise<PastSession | LeftOut> {
  const named = parseSessionId(sessionId);
  const steps = named === undefined ? undefined : await readSteps(backend, named.deviceId, named.order);
  const agreement = steps?.agreement;
  if (steps === undefined || agreement === undefined) return 'unfinished';
  if (!concerned(agreement.facilityId)) return 'elsewhere';
  const { householdId, credentialId } = agreement;
  if (householdId === undefined) return 'paid-at-board';
  const receipt = receiptIn(newestReceiptStep(steps));
  if (receipt === undefined) return 'unfinished';
  const tariff = await backend.registry.tariff(agreement.estateId, agreement.tariffVersion);
  const { readings, framesGone } = await readingsOf(backend, agreement, tariff, receipt);
  return {
    householdId,
    credentialId,
    beforeFen: chargedByLine(receipt),
    heldFen: receipt.holdFen < tariff.holdFen ? receipt.holdFen : undefined,
    readings,
    framesGone,
    removedAtMs: receipt.removedAtMs,
    allowance: receipt.allowance,
  };
}

/**
 * All readings of a session: those of its frames between the two ends that its bill knows. They must give that bill
 * again; where they do not (a stop that was lost, a meter that lied), and where there are no frames any more, or no
 * board by which to read them, the receipt's own readings are all there is to go by.
 */
async function readingsOf(
  backend: Backend,
  agreement: Agreement,
  tariff: Tariff,
  receipt: Receipt,
): Promise<{ readings: readonly Reading[]; framesGone: boolean }> {
  const [first, last] = [receipt.readings[0], receipt.readings.at(-1)];
  const board = await backend.registry.device(agreement.deviceId);
  // What a board has told cannot be read any more without it.
  if (first === undefined || last === undefined || first === last || board?.kind !== 'charging-board')
    return { readings: receipt.readings, framesGone: true };
  const untilMs = last.atMs + framesLateMs;
  const frames = await readFrames(backend.table, board, agreement.port, agreement.authorisedAtMs, untilMs);
  const readings = between(first, last, frames);
  const again = price(tariff, { ...receipt, readings });
  const same = receipt.lines.every(
    ({ line, amountFen }) => again.lines.find((it) => it.line === line)?.amountFen === amountFen,
  );
  return same && frames.length > 0
    ? { readings, framesGone: false }
    : { readings: receipt.readings, framesGone: true };
}

/** A frame may be told so much after it was taken, and its seconds be off by so much from the session's start. */
const framesLateMs = 600_000;
const earlyMs = 60_000;

function between(first: Reading, last: Reading, frames: readonly PortFrame[]): Reading[] {
  const readings: Reading[] = [first];
  for (const { receivedAtMs, chargingS, energyWh, powerW } of [...frames].sort(bySeconds)) {
    const begunMs = receivedAtMs - chargingS * 1000;
    const atMs = first.atMs + chargingS * 1000;
    const own = begunMs >= first.atMs - earlyMs && begunMs <= first.atMs + framesLateMs;
    const before = readings.at(-1) ?? first;
    if (!own || atMs <= before.atMs || atMs >= last.atMs) continue;
    if (energyWh < before.energyWh || energyWh > last.energyWh) continue;
    readings.push({ atMs, energyWh, powerW });
  }
  return [...readings, last];
}

function bySeconds(a: PortFrame, b: PortFrame): number {
  return a.chargingS - b.chargingS || a.energyWh - b.energyWh;
}
