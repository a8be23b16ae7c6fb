import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { openAnswer, signParameters } from './alipay-signature.ts';
import { beijingTime } from './beijing-time.ts';
import { charsetIn } from './charset.ts';
import type { AlipayMerchant } from './merchant.ts';
import { callTimeoutMs, type ProviderWorld } from './provider.ts';

const answerSchema = z.looseObject({
  code: z.string(),
  msg: z._default(z.string(), ''),
  sub_code: z._default(z.string(), ''),
});
export type Answer = z.infer<typeof answerSchema>;

/** Signed by us, and the answer's signature checked over its text as it came. */
export async function signedCall(
  gatewayUrl: string,
  merchant: AlipayMerchant,
  world: ProviderWorld,
  method: string,
  content: object,
  more: Readonly<Record<string, string>>,
): Promise<Answer> {
  const parameters = {
    app_id: merchant.appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: beijingTime(world.now()),
    version: '1.0',
    ...more,
    biz_content: JSON.stringify(content),
  };
  const { biz_content, ...inQuery } = signParameters(parameters, merchant.privateKey);
  const { status, headers, body } = await world.http({
    method: 'POST',
    url: `${gatewayUrl}?${new URLSearchParams(inQuery)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: String(new URLSearchParams({ biz_content: biz_content ?? '' })),
    timeoutMs: callTimeoutMs,
  });
  const charset = charsetIn(headers['content-type']);
  const text = Buffer.from(body).toString('utf8');
  if (status !== 200 || text.includes('"error_response"'))
    throw new DomainError('provider-unavailable', `Alipay answered ${status} ${text.slice(0, 200)}`);
  const member = `${method.replaceAll('.', '_')}_response`;
  const answer = parse(answerSchema, JSON.parse(openAnswer(body, charset, member, merchant.publicKey)));
  // 20000 and ACQ.SYSTEM_ERROR: nobody knows whether it was done.
  if (answer.code === '20000' || /SYSTEM_ERROR|aop\.unknow/i.test(answer.sub_code))
    throw refused(answer, 'provider-unavailable');
  return answer;
}

/** An answer that is a refusal, by the names that Alipay gave it. */
export function refused(
  { code, msg, sub_code }: Answer,
  name: 'provider-refused' | 'provider-unavailable' = 'provider-refused',
): DomainError {
  return new DomainError(name, `Alipay answered ${code} ${msg} ${sub_code}`.trim());
}

/** Signed, and yet not of the form that the provider documents: nothing can be made of it. */
export function parse<T extends z.ZodMiniType>(schema: T, content: unknown): z.infer<T> {
  const parsed = z.safeParse(schema, content);
  if (!parsed.success) throw new DomainError('provider-refused', 'Alipay’s answer cannot be read');
  return parsed.data;
}
