import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { parse, refused, signedCall } from './alipay-call.ts';
import { billOfArchive } from './bill-archive.ts';
import type { AlipayMerchant } from './merchant.ts';
import { type BillSource, callTimeoutMs, type ProviderWorld } from './provider.ts';

/** Alipay's bills of all trades, one of each day. */
export function alipayBills(gatewayUrl: string, merchant: AlipayMerchant, world: ProviderWorld): BillSource {
  return {
    async downloadBill(day) {
      const method = 'alipay.data.dataservice.bill.downloadurl.query';
      const content = { bill_type: 'trade', bill_date: day };
      const answer = await signedCall(gatewayUrl, merchant, world, method, content, {});
      if (/BILL_NOT_EXIST/i.test(answer.sub_code)) return '';
      if (answer.code !== '10000') throw refused(answer);
      const url = parse(z.object({ bill_download_url: z.string() }), answer).bill_download_url;
      const file = await world.http({ method: 'GET', url, headers: {}, timeoutMs: callTimeoutMs });
      if (file.status !== 200)
        throw new DomainError('provider-refused', `Alipay’s bill answered ${file.status}`);
      return billOfArchive(file.body);
    },
  };
}
