import { alipayBills } from '../../src/payments/alipay-bill.ts';
import type { BillSources } from '../../src/payments/provider.ts';
import { wechatPayBills } from '../../src/payments/wechat-pay-bill.ts';
import { providerSources } from './provider-sources.ts';

/** The bills of the providers that this deployment has a merchant of. */
export async function awsBills(): Promise<BillSources> {
  const { merchants, wechatPayUrl, alipayUrl, world } = await providerSources();
  const { wechatPay: merchant, alipay: seller } = merchants;
  return {
    ...(merchant === undefined ? {} : { 'wechat-pay': wechatPayBills(wechatPayUrl, merchant, world) }),
    ...(seller === undefined ? {} : { alipay: alipayBills(alipayUrl, seller, world) }),
  };
}
