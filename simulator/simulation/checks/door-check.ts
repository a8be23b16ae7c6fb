import { keys } from '../../../src/shared/keys.ts';
import type { Shed } from '../world/shed.ts';
import { doorBoard, estateId, facilityId } from '../world/small-estate.ts';
import type { Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** At rest a door stands open only where its facility is evacuated, or where it is still being told that this is over. */
export function checkDoors(verdict: Verdict, store: Store, shed: Shed): void {
  const facility = store.peek(keys.facility(estateId, facilityId));
  if (facility?.['evacuation'] !== undefined || facility?.['releasing'] !== undefined) return;
  const open = [shed.readerIn, shed.readerOut].filter(({ device }) => device.heldOpen);
  for (const { device } of open)
    verdict.breach('doors', `${device.connection} holds its door open after the evacuation`);
  if (shed.gateway.device.board(doorBoard)?.control(1) === 'normally open')
    verdict.breach('doors', `${doorBoard} holds its door open after the evacuation`);
}
