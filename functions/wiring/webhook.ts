import { hkdfSync } from 'node:crypto';
import type { Channel, Undelivered } from '../../src/alerts/deliver-alert.ts';
import type { DeliveryOutcome } from '../../src/alerts/delivery.ts';
import { log } from '../../src/shared/log.ts';

/**
 * The key that signs what one estate's committee is told, in hex. Each estate has its own: a committee that knows its
 * key can neither speak for us to another, nor learn anything of the secret that cards are hashed and sealed with.
 */
export function webhookKeys(secret: string): (estateId: string) => string {
  return (estateId) =>
    Buffer.from(hkdfSync('sha256', secret, 'pengyou', `webhook:${estateId}`, 32)).toString('hex');
}

/** Posts an alert, signed, to the committee's webhook, and waits so long for its answer. */
export const webhookWithin =
  (answerWithinMs: number): Channel =>
  async (url, body, signature) => {
    let response: Response | undefined;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-pengyou-signature': `sha256=${signature}` },
        body,
        // Whoever answers there must not send us on to an address that was never checked.
        redirect: 'manual',
        signal: AbortSignal.timeout(answerWithinMs),
      });
      return await outcomeOf(response);
    } catch (error) {
      const { name, cause } = error as Error & { readonly cause?: { readonly code?: unknown } };
      const status = response === undefined ? {} : { status: response.status };
      if (name === 'TimeoutError') return { result: 'timed-out', ...status };
      const neverSent = response === undefined && beforeSending.test(String(cause?.code));
      return { result: neverSent ? 'unreachable' : 'unknown', ...status };
    }
  };

export const webhook = webhookWithin(5_000);

/** No such name, nobody there, no way to it, or a certificate that is not to be trusted: what was said is not sent. */
const beforeSending =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|DEPTH_ZERO_\w+)$/;

/** Group robots answer 200 to everything, and say in `errcode` or `code` whether they took it. */
async function outcomeOf(response: Response): Promise<DeliveryOutcome> {
  const { status } = response;
  if (!response.ok) {
    await response.body?.cancel();
    return { result: 'refused', status };
  }
  const code = codeIn(await beginningOf(response));
  return code === undefined || codesOfSuccess.includes(code)
    ? { result: 'delivered', status }
    : { result: 'refused', status, code };
}

/** Of robots 0; of much other software 200 once more. */
const codesOfSuccess = [0, 200];

/** A robot's answer is shorter. */
const longestAnswerBytes = 4096;

async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > longestAnswerBytes) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

function codeIn(answer: string): number | undefined {
  try {
    const { errcode, code } = Object(JSON.parse(answer));
    return [errcode, code].find((value) => Number.isSafeInteger(value));
  } catch {
    return undefined;
  }
}

/** One line for each attempt in vain; what `isDown` is counted and raises the alarm of infra/observability.ts. */
export function logUndelivered(undelivered: Undelivered): void {
  log('alert-undelivered', { ...undelivered });
}
