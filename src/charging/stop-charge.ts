import { type Backend, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Agreement } from './charge.ts';
import { readSteps, stopCommand } from './close-charge.ts';

/**
 * A person asks for the end of a charge. Told to stop, the board settles, and the settlement closes the charge; asked
 * twice, it is told twice. Throws `not-found` when the charge is over.
 */
export async function stopForPerson(backend: Backend, origin: Origin, agreement: Agreement): Promise<void> {
  const board = await backend.registry.device(agreement.deviceId);
  const steps = await readSteps(backend, agreement.deviceId, agreement.order);
  if (board?.kind !== 'charging-board' || steps.closed !== undefined || steps.settled !== undefined)
    throw new DomainError('not-found', 'This charge is over');
  const stop = stopCommand(board, agreement.port, agreement.order, origin.receivedAtMs, 'asked');
  await record(backend, async () => ({
    entry: entryOf(
      keys.request(agreement.estateId, `stop:${agreement.chargeId}:${origin.receivedAtMs}`),
      origin,
      {
        kind: 'stop-asked',
        outcome: 'sent',
        keep: 'money',
        facts: { chargeId: agreement.chargeId },
        commands: [stop],
      },
      backend.vault,
    ),
  }));
}
