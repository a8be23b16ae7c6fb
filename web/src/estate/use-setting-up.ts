import { useState } from 'react';
import type { Overview } from '../../../contract/shapes/overview.ts';
import type { Loadable } from '../cloud/estate-view.ts';
import { useEvery } from '../parts/use-loaded.ts';

const lookAgainMs = 10_000;
const patienceMs = 5 * 60_000;

/**
 * Nobody tells a page that an estate is being set up. One that was seen without devices, in all of it or in a facility,
 * is looked at again every ten seconds, for five minutes: after that nobody is at it.
 */
export function useSettingUp(overview: Loadable<Overview>, look: () => void): void {
  const [seenAt, setSeenAt] = useState<number>();
  if (seenAt === undefined && overview.state === 'ready' && lacksDevices(overview.value))
    setSeenAt(performance.now());
  useEvery(lookAgainMs, seenAt !== undefined && performance.now() - seenAt < patienceMs, look);
}

function lacksDevices({ facilities }: Overview): boolean {
  return (
    facilities.length === 0 || facilities.some(({ boards, doors }) => boards.length + doors.length === 0)
  );
}
