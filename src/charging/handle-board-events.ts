import type { BoardLogin, BoardState } from '../devices/events.ts';
import { familyOf } from '../devices/families/all.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { type Backend, type Recorded, record, refusedAfter } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { send } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import { afresh, parsePriceList, putPriceList } from '../tariffs/price-list-store.ts';
import { tellPrices } from '../tariffs/price-rollout.ts';

/** Boards are asked to speak this often: as seldom as their protocol allows, every message costs. */
const heartbeatS = 240;

/** The board does nothing else until its login is answered. */
export async function handleLogin(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: BoardLogin,
): Promise<Recorded> {
  const answer = { type: 'answer-login', heartbeatS, accepted: true } as const;
  const answerIt = () => send(backend.publisher, backend.clock, [{ to: addressOf(board), command: answer }]);
  const recorded = await record(
    backend,
    async () => {
      const [prices] = await backend.table.get([keys.priceList(board.deviceId)]);
      return {
        entry: draft(keys.event(board.deviceId, event.identity), origin, {
          kind: 'board-login',
          outcome: 'accepted',
          facts: { ports: event.ports, software: event.software },
        }),
        // It may have been without power, and so without prices.
        writes: familyOf(board.family).keepsPrices
          ? [putPriceList(afresh(parsePriceList(prices, board), origin.receivedAtMs))]
          : [],
      };
    },
    refusedAfter(answerIt),
  );
  await answerIt();
  if (recorded.recorded === 'now') await tellPrices(backend, board);
  return recorded;
}

/** A heartbeat: only the newest is kept, in one item that is written over. */
export async function handleBoardState(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: BoardState,
): Promise<void> {
  const { estateId, deviceId, facilityId } = board;
  const state = { signal: event.signal, boardTemperatureC: event.boardTemperatureC, ports: [...event.ports] };
  await backend.table.commit([
    {
      put: {
        ...keys.deviceState(deviceId),
        type: 'device-state',
        estateId,
        deviceId,
        facilityId,
        atMs: origin.receivedAtMs,
        state,
      },
      when: 'newest',
    },
  ]);
  await send(backend.publisher, backend.clock, [
    { to: addressOf(board), command: { type: 'answer-heartbeat' } },
  ]);
}
