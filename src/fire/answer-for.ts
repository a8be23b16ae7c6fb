import type { Backend } from '../journal/commit.ts';
import type { Write } from '../shared/table.ts';
import { release, repeatMs } from './evacuation.ts';
import { ended, putFacility, readFacility } from './evacuation-store.ts';

/**
 * A named person answers for an evacuation. It ends when no detector is in alarm any more and somebody has:
 * neither alone gives the doors back. Answers what has to be written and sent with the acknowledgement.
 */
export async function answerFor(
  backend: Backend,
  estateId: string,
  facilityId: string,
  alertId: string,
  by: string,
): Promise<{ writes: Write[]; commands: Awaited<ReturnType<typeof release>> }> {
  const { facility, told } = await readFacility(backend, estateId, facilityId);
  const running = facility.evacuation;
  if (running?.alertId !== alertId) return { writes: [], commands: [] };
  const detectors = running.detectors.filter((detector) => !detector.startsWith('fire:'));
  const nowMs = backend.clock.now();
  const ends = detectors.length === 0;
  const after = ends
    ? ended(alertId, nowMs)
    : { evacuation: { ...running, detectors, acknowledgedBy: by }, dueAtMs: nowMs + repeatMs };
  return {
    writes: [putFacility(facility, told, after)],
    commands: ends ? await release(backend, facility, alertId, nowMs) : [],
  };
}
