import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { httpCall } from '../../functions/wiring/http-call.ts';
import type { WorldClock } from '../../local/machine/clock.ts';
import { openProviders } from '../../local/provider/stand-in.ts';
import { sweep } from '../../src/intake/sweep.ts';
import { countedRefusals } from '../../src/journal/counted-refusals.ts';
import type { Origin } from '../../src/journal/entry.ts';
import { alipay } from '../../src/payments/alipay.ts';
import { alipayBills } from '../../src/payments/alipay-bill.ts';
import { createOrder } from '../../src/payments/create-order.ts';
import { handleNotification } from '../../src/payments/handle-notification.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';
import type {
  BillSource,
  PaymentProvider,
  ProviderName,
  ProviderWorld,
} from '../../src/payments/provider.ts';
import { wechatPay } from '../../src/payments/wechat-pay.ts';
import { wechatPayBills } from '../../src/payments/wechat-pay-bill.ts';
import type { Item } from '../../src/shared/table.ts';
import { readWallet } from '../../src/wallet/wallet-store.ts';
import { committee, estateId, type TestEstate, testEstate } from './estate.ts';

/** An estate in memory, the stand-in of both providers on loopback, and an address where its notifications arrive. */
export async function testPayments() {
  let estate = await testEstate();
  const clock: WorldClock = {
    speed: 0,
    now: () => estate.clockMs,
    set(ms) {
      estate.clockMs = ms;
    },
  };
  const template = { Parameters: { WechatPayUrl: {} } };
  const standIn = openProviders({ template } as never, clock, undefined);
  if (standIn === undefined) throw new Error('The template takes no payments');
  await standIn.listen();
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const provider = request.url?.includes('alipay') ? payments.alipay : payments['wechat-pay'];
    const headers = request.headers as Record<string, string>;
    const answer = await handleNotification(estate.backend, countedRefusals(estate.backend), provider, {
      headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body);
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port');
  const world: ProviderWorld = {
    http: httpCall,
    now: () => clock.now(),
    nonce: () => randomBytes(16).toString('hex'),
    notificationUrl: `http://127.0.0.1:${address.port}`,
  };
  const merchants = merchantsIn(Object.values(standIn.secrets)[0] ?? '').merchants;
  if (merchants.wechatPay === undefined || merchants.alipay === undefined)
    throw new Error('A merchant is missing');
  const payments: Record<ProviderName, PaymentProvider> = {
    'wechat-pay': wechatPay(standIn.parameters.WechatPayUrl, merchants.wechatPay, world),
    alipay: alipay(standIn.parameters.AlipayUrl, merchants.alipay, world),
  };
  const bills: Record<ProviderName, BillSource> = {
    'wechat-pay': wechatPayBills(standIn.parameters.WechatPayUrl, merchants.wechatPay, world),
    alipay: alipayBills(standIn.parameters.AlipayUrl, merchants.alipay, world),
  };
  const control = async (deed: string, content: object): Promise<Record<string, unknown>> => {
    // Told again in the background, a notification of one test would come in the next.
    const body = JSON.stringify({ again: false, ...content });
    const response = await fetch(`${standIn.url}/control${deed}`, { method: 'POST', body });
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    get estate(): TestEstate {
      return estate;
    },
    payments,
    bills,
    merchants,
    world,
    standIn,
    control,
    /** Another estate, empty again, and a provider that behaves. */
    async reset() {
      estate = await testEstate();
      await control('', {});
    },
    order: async (provider: ProviderName, amountFen = 1000, requestId = 'request-1') =>
      (
        await createOrder(estate.backend, payments, personOrigin(estate), {
          ...{ requestId, householdId: 'h1', amountFen, provider, way: 'native' },
        })
      ).order,
    sweep: () => sweep({ ...estate.backend, payments, ...committee }),
    wallet: () => readWallet(estate.backend.table, estateId, 'h1'),
    /** Everything that is stored, but for what was refused: that may grow. */
    stored: (): Item[] =>
      [...estate.table.all()].filter(
        (item) => item['kind'] !== 'refused' && item['type'] !== 'counted-refusals',
      ),
    async stop() {
      await standIn.stop();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
    },
  };
}

/** Somebody in the pages. */
export function personOrigin(estate: TestEstate): Origin {
  return {
    ...{ estateId, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender: 'somebody' },
    ...{ payload: new Uint8Array(), fact: '' },
  };
}
