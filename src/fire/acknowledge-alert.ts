import { type Alert, acknowledged } from '../alerts/alert.ts';
import { putAlert, readAlert } from '../alerts/alert-store.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { answerFor } from './answer-for.ts';

/** A named person answers for an alert; the first one to do so stays named. Throws `not-found`. */
export async function acknowledgeAlert(backend: Backend, origin: Origin, alertId: string): Promise<Alert> {
  const { estateId, sender } = origin;
  // Whoever else answers for it afterwards is told, by the alert itself, who was first.
  const isAnswered = () => undefined;
  await record(
    backend,
    async () => {
      const alert = await readAlert(backend.table, estateId, alertId);
      if (alert === undefined) throw new DomainError('not-found', `There is no alert ${alertId}`);
      const after = acknowledged(alert, sender, origin.receivedAtMs);
      const { facilityId } = alert;
      const evacuation =
        facilityId === undefined
          ? { writes: [], commands: [] }
          : await answerFor(backend, estateId, facilityId, alertId, sender);
      return {
        entry: draft(keys.request(estateId, `acknowledge:${alertId}`), origin, {
          kind: 'alert-acknowledged',
          outcome: 'acknowledged',
          facts: { alertId, by: sender },
          commands: evacuation.commands,
        }),
        writes: [...(after === alert ? [] : [putAlert(after)]), ...evacuation.writes],
      };
    },
    isAnswered,
  );
  return (await readAlert(backend.table, estateId, alertId)) as Alert;
}
