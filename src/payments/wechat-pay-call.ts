import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import type { WechatPayMerchant } from './merchant.ts';
import { callTimeoutMs, type HttpAnswer, type ProviderWorld } from './provider.ts';
import { authorization, checkAnswer } from './wechat-pay-signature.ts';

const errorSchema = z.object({ code: z.string(), message: z._default(z.string(), '') });

/**
 * WeChat Pay answers under its public key only where that is asked for by its number, and else under a certificate,
 * as long as the merchant still has one: https://pay.weixin.qq.com/doc/v3/merchant/4012154180
 */
function keyAsked({ platformKeys }: WechatPayMerchant): Record<string, string> {
  const id = Object.keys(platformKeys).find((serial) => serial.startsWith('PUB_KEY_ID_'));
  return id === undefined ? {} : { 'wechatpay-serial': id };
}

/** Signed by us, and the answer's signature checked. What is not signed is no answer, whatever it says. */
export async function signedCall(
  baseUrl: string,
  merchant: WechatPayMerchant,
  world: ProviderWorld,
  method: 'GET' | 'POST',
  path: string,
  content?: object,
): Promise<HttpAnswer> {
  const body = content === undefined ? '' : JSON.stringify(content);
  const timestampS = Math.floor(world.now() / 1000);
  const signed = { method, path, timestampS, nonce: world.nonce(), body };
  const answer = await world.http({
    method,
    url: baseUrl + path,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'pengyou',
      authorization: authorization(signed, merchant),
      ...keyAsked(merchant),
    },
    ...(content === undefined ? {} : { body }),
    timeoutMs: callTimeoutMs,
  });
  if (answer.status === 401 || answer.status === 429 || answer.status >= 500)
    throw refused(answer, 'provider-unavailable');
  checkAnswer(answer, merchant.platformKeys, world.now());
  return answer;
}

/** The error that WeChat Pay names. */
export function errorOf({ body }: Pick<HttpAnswer, 'body'>): z.infer<typeof errorSchema> {
  try {
    return z.parse(errorSchema, JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return { code: 'no error code', message: '' };
  }
}

/** Signed, and yet not of the form that the provider documents: nothing can be made of it. */
export function parse<T extends z.ZodMiniType>(schema: T, { body }: Pick<HttpAnswer, 'body'>): z.infer<T> {
  try {
    return z.parse(schema, JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (error) {
    throw new DomainError(
      'provider-refused',
      `WeChat Pay’s answer cannot be read: ${String(error).slice(0, 200)}`,
    );
  }
}

/** WeChat Pay has never heard of what was asked for. */
export const isUnknown = (answer: HttpAnswer): boolean =>
  answer.status === 404 && /^(ORDER_?NOT_?EXIST|RESOURCE_NOT_EXISTS)$/.test(errorOf(answer).code);

/** An answer that is a refusal, by the names that WeChat Pay gave it. */
export function refused(
  answer: HttpAnswer,
  name: 'provider-refused' | 'provider-unavailable' = 'provider-refused',
): DomainError {
  const { code, message } = errorOf(answer);
  return new DomainError(name, `WeChat Pay answered ${answer.status} ${code} ${message}`.trim());
}
