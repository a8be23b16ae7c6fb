import { hkdfSync } from 'node:crypto';
import type { Channel } from '../../src/alerts/deliver-alert.ts';

const answerWithinMs = 5_000;

/**
 * The key that signs what one estate's committee is told, in hex. Each estate has its own: a committee that knows its
 * key can neither speak for us to another, nor learn anything of the secret that cards are hashed and sealed with.
 */
export function webhookKeys(secret: string): (estateId: string) => string {
  return (estateId) =>
    Buffer.from(hkdfSync('sha256', secret, 'pengyou', `webhook:${estateId}`, 32)).toString('hex');
}

/** Posts an alert, signed, to the committee's webhook. Says `delivered`, or why not. */
export const webhook: Channel = async (url, body, signature) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-pengyou-signature': `sha256=${signature}` },
      body,
      // Whoever answers there must not send us on to an address that was never checked.
      redirect: 'manual',
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return response.ok ? 'delivered' : `answered ${response.status}`;
  } catch (error) {
    return `unreachable: ${(error as Error).name}`;
  }
};
