import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import type { WechatPayMerchant } from './merchant.ts';
import { type BillSource, callTimeoutMs, type ProviderWorld } from './provider.ts';
import { errorOf, parse, refused, signedCall } from './wechat-pay-call.ts';
import { authorization } from './wechat-pay-signature.ts';

const billSchema = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string(),
  download_url: z.string(),
});

/** WeChat Pay's bills of all trades, one of each day. */
export function wechatPayBills(
  baseUrl: string,
  merchant: WechatPayMerchant,
  world: ProviderWorld,
): BillSource {
  return {
    async downloadBill(day) {
      const path = `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`;
      const answer = await signedCall(baseUrl, merchant, world, 'GET', path);
      if (answer.status === 400 && errorOf(answer).code === 'NO_STATEMENT_EXIST') return '';
      if (answer.status !== 200) throw refused(answer);
      return await billFile(baseUrl, merchant, world, parse(billSchema, answer));
    },
  };
}

/** The file itself is not signed; its hash stands in the answer that was. */
async function billFile(
  baseUrl: string,
  merchant: WechatPayMerchant,
  world: ProviderWorld,
  { hash_value, download_url }: z.infer<typeof billSchema>,
): Promise<string> {
  const url = new URL(download_url);
  if (url.origin !== new URL(baseUrl).origin)
    throw new DomainError(
      'provider-refused',
      `The bill is on ${url.origin}, which gets no signature of ours`,
    );
  const path = url.pathname + url.search;
  const timestampS = Math.floor(world.now() / 1000);
  const request = { method: 'GET', path, timestampS, nonce: world.nonce(), body: '' } as const;
  const headers = { 'user-agent': 'pengyou', authorization: authorization(request, merchant) };
  const answer = await world.http({ method: 'GET', url: url.href, headers, timeoutMs: callTimeoutMs });
  if (answer.status !== 200) throw refused(answer);
  if (createHash('sha1').update(answer.body).digest('hex') !== hash_value.toLowerCase())
    throw new DomainError('signature-invalid', 'The bill is not the one that was announced');
  return Buffer.from(answer.body).toString('utf8');
}
