import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../contract/client.ts';
import { provisioningSchema } from '../../contract/shapes/provisioning.ts';
import { openToolClient } from '../../contract/tool.ts';
import { demoTariff } from '../../simulator/demo-tariff.ts';
import { demoEstates } from '../../simulator/estate.ts';
import { moveInAccountHolder } from '../../simulator/move-in.ts';
import { findCredential } from '../../src/access/credential-store.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { readTariffs } from '../../src/estate/tariff-store.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provisionAll } from '../../src/provisioning/provision.ts';
import { decideChange } from '../../src/settings/change.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { readWallet } from '../../src/wallet/wallet-store.ts';
import { eveningMs, testEstate } from '../support/estate.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The routes that provision and approve, over this backend, as one person. */
async function office(backend: Backend, sender = 'demo-operator'): Promise<Client> {
  const take = async (path: string, body: string): Promise<object> => {
    const [, , estateId = '', what, changeId = ''] = path.split('/');
    const origin = {
      ...{ estateId, deviceId: 'api', receivedAtMs: eveningMs, topic: 'provision', sender },
      ...{ payload: new Uint8Array(), fact: body },
    };
    if (what === 'changes')
      return decideChange(backend, origin, decodeURIComponent(changeId), 'approved', findSetting);
    const { records } = provisioningSchema.parse(JSON.parse(body));
    const awaiting = await provisionAll(backend, origin, records);
    return { written: records.length, awaiting };
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    try {
      response.end(JSON.stringify(await take(request.url ?? '', Buffer.concat(chunks).toString())));
    } catch (error) {
      response.statusCode = error instanceof DomainError ? 409 : 500;
      response.end(JSON.stringify({ error: error instanceof DomainError ? error.error : String(error) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return openToolClient(`http://127.0.0.1:${address.port}`, '');
}

const webhook = 'http://127.0.0.1:9/alerts';
const holder = demoEstates.find(({ estateId }) => estateId === 'ziyun')?.accountHolder;
if (holder === undefined) throw new Error('Nobody can sign in to Ziyun');

describe('before anything else, the household that one can sign in to', () => {
  it('has money, a card, and prices with packages, whatever else is missing', async () => {
    const { backend } = await testEstate();
    const table = memoryTable();
    const fresh = { ...backend, table, registry: registryStore(table, backend.clock, 0) };
    await moveInAccountHolder(await office(fresh), await office(fresh, 'demo-manager'), webhook);
    expect((await readWallet(table, 'ziyun', holder.householdId)).balanceFen).toBe(holder.topUpFen);
    expect(await findCredential(table, 'ziyun', holder.credentialId)).toMatchObject({
      householdId: holder.householdId,
      facilities: holder.facilities,
    });
    for (const { estateId } of demoEstates) {
      const [tariff] = await readTariffs(table, estateId);
      expect(tariff?.packages).toEqual(demoTariff.packages);
    }
  });

  it('moves in also where an older demo has begun with other prices, which stay', async () => {
    const { backend, table } = await testEstate();
    const before = await readTariffs(table, 'ziyun');
    await moveInAccountHolder(await office(backend), await office(backend, 'demo-manager'), webhook);
    expect(await readTariffs(table, 'ziyun')).toEqual(before);
    expect((await readWallet(table, 'ziyun', holder.householdId)).balanceFen).toBe(holder.topUpFen);
  });

  it('hears of alerts at a new address when a demo goes on: a second person approves it', async () => {
    const { backend } = await testEstate();
    const [operator, manager] = [await office(backend), await office(backend, 'demo-manager')];
    await moveInAccountHolder(operator, manager, webhook);
    const moved = 'http://127.0.0.1:10/alerts';
    await moveInAccountHolder(operator, manager, moved);
    expect((await backend.registry.estate('ziyun')).committeeWebhookUrl).toBe(moved);
  });
});
