import { alipay } from '../../src/payments/alipay.ts';
import type { Payments } from '../../src/payments/provider.ts';
import { wechatPay } from '../../src/payments/wechat-pay.ts';
import { providerSources } from './provider-sources.ts';

/** The providers that this deployment has a merchant of. */
export async function awsPayments(): Promise<Payments> {
  const { merchants, wechatPayUrl, alipayUrl, world } = await providerSources();
  const { wechatPay: merchant, alipay: seller } = merchants;
  return {
    ...(merchant === undefined ? {} : { 'wechat-pay': wechatPay(wechatPayUrl, merchant, world) }),
    ...(seller === undefined ? {} : { alipay: alipay(alipayUrl, seller, world) }),
  };
}
