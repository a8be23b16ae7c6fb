import type { Name } from '../../contract/shapes/name.ts';
import { type Alert, newAlert } from '../alerts/alert.ts';
import { doorsOf } from '../estate/device.ts';
import type { Facility } from '../estate/facility.ts';
import type { Backend } from '../journal/commit.ts';
import type { Outgoing } from '../journal/outbox.ts';

/**
 * Doors that were told to stand open and have not said that they do: people may be behind them. Told once for each
 * alert, as a danger of its own, which is repeated until a named person answers.
 */
export async function unansweredDoorsAlert(
  { registry }: Pick<Backend, 'registry'>,
  facility: Facility,
  unanswered: readonly Outgoing[],
  nowMs: number,
): Promise<Alert | undefined> {
  const { evacuation, estateId, facilityId } = facility;
  const [first] = unanswered;
  if (evacuation === undefined || evacuation.doorsToldAtMs !== undefined || first === undefined)
    return undefined;
  const devices = await registry.devicesOfFacility(estateId, facilityId);
  const doors = devices.flatMap((device) =>
    doorsOf(device).map(({ door, name }) => ({ deviceId: device.deviceId, door, name })),
  );
  const silent = doors.filter((door) =>
    unanswered.some(
      ({ to, command }) => to.deviceId === door.deviceId && 'door' in command && command.door === door.door,
    ),
  );
  const named = (language: keyof Name, comma: string) => silent.map(({ name }) => name[language]).join(comma);
  return newAlert({
    estateId,
    kind: 'door',
    severity: 'life',
    createdAtMs: nowMs,
    cause: `unanswered ${evacuation.alertId}`,
    deviceId: first.to.deviceId,
    facilityId,
    place: facility.name,
    text: {
      zh: limited(
        `${facility.name.zh}：已要求敞开，${silent.length}/${doors.length} 个门未确认，可能仍锁闭：${named('zh', '、')}`,
      ),
      en: limited(
        `${facility.name.en}: told to open, ${silent.length} of ${doors.length} doors have not confirmed and may be locked: ${named('en', ', ')}`,
      ),
    },
  });
}

/** As long as a text of two languages may be. */
const limited = (text: string) => (text.length <= 100 ? text : `${text.slice(0, 99)}…`);
