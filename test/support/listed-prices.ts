import type { ChargingBoard } from '../../src/estate/device.ts';
import { commandsOf } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import { type PriceList, priceListSchema, putPriceList } from '../../src/tariffs/price-list-store.ts';
import { tellPrices } from '../../src/tariffs/price-rollout.ts';
import { boardId, estateId, eveningMs, testEstate } from './estate.ts';

export type Terms = Parameters<typeof testEstate>[0];

export const byPower: Terms = {
  service: { by: 'power', bands: [{ upToW: 1100, priceMilliYuanPerHour: 300 }] },
};

/** An estate whose board has such a list. What its tariff wants is found out by telling it once. */
export async function estateWithPrices(change: Partial<PriceList>, terms: Terms = {}) {
  const estate = await testEstate(terms);
  const { backend, table } = estate;
  const board = (await backend.registry.device(boardId)) as ChargingBoard;
  const key = keys.priceList(boardId);
  const stands = async () => priceListSchema.parse((await table.get([key]))[0]);
  const begun: PriceList = {
    ...{ deviceId: boardId, estateId, facilityId: 'garage', state: 'waiting', dueAtMs: eveningMs },
    ...{ cannotShow: [], attempts: 0, told: {} },
  };
  const write = async (list: PriceList, version: number) => {
    const { put } = putPriceList(list) as { put: object };
    await table.commit([{ put: { ...key, ...put, version }, when: 'always' }]);
  };
  await write(begun, 1);
  await tellPrices(backend, board);
  const { wanted } = await stands();
  estate.published.length = 0;
  await write({ ...begun, ...(wanted === undefined ? {} : { wanted }), ...change }, 5);
  const sent = () => {
    const entries = estate.entries('prices-sent').filter(({ sk }) => sk.endsWith('.5'));
    return entries.map(({ facts, outcome, sk, outbox }) => ({
      ...{ facts, outcome, sk },
      commands: commandsOf({ outbox }, backend.vault),
    }));
  };
  return { estate, backend, board, wanted, stands, sent, table };
}
