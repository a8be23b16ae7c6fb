import { type Backend, record } from '../journal/commit.ts';
import { draft, timerOrigin } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { keys } from '../shared/keys.ts';
import { ownOf } from '../shared/own.ts';
import type { Write } from '../shared/table.ts';
import { capture } from '../wallet/wallet.ts';
import { parseWallet, putWallet, walletKey } from '../wallet/wallet-store.ts';
import { closed, portKey, putPort } from './port-store.ts';
import { type PortSlot, portSlotSchema } from './session.ts';

/**
 * Frees a port whose session cannot be closed as others are, and gives back what is still held for it, in one
 * transaction: no hold outlives its session. Nothing is charged, for nothing was measured.
 */
export async function releaseHold(
  backend: Backend,
  slot: PortSlot,
  open: Agreement,
  reason: string,
  settled: boolean,
): Promise<void> {
  const { estateId, sessionId, householdId, order } = open;
  const nowMs = backend.clock.now();
  await record(backend, async () => {
    const [portItem, walletItem] = await backend.table.get([
      portKey(slot.deviceId, slot.port),
      ...(householdId === undefined ? [] : [walletKey(estateId, householdId)]),
    ]);
    const freed = closed(portSlotSchema.parse(portItem), order, nowMs, settled);
    const wallet = householdId === undefined ? undefined : parseWallet(walletItem, estateId, householdId);
    const held = wallet && ownOf(wallet.holds, sessionId);
    const writes: Write[] = freed === undefined ? [] : [putPort(freed)];
    // No month: nothing is spent.
    if (wallet !== undefined && held !== undefined)
      writes.push(putWallet(capture(wallet, sessionId, { amountFen: 0, month: '' })));
    return {
      entry: draft(
        keys.request(estateId, `release:${sessionId}`),
        timerOrigin(open, nowMs, `release ${sessionId}`),
        {
          kind: 'hold-released',
          outcome: 'released',
          facts: { sessionId, reason, heldFen: held?.amountFen ?? 0 },
        },
      ),
      writes,
    };
  });
}
