import type { Channel } from '../../src/alerts/deliver-alert.ts';

const answerWithinMs = 5_000;

/** Posts an alert, signed, to the committee's webhook. Says `delivered`, or why not. */
export const webhook: Channel = async (url, body, signature) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-pengyou-signature': `sha256=${signature}` },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return response.ok ? 'delivered' : `answered ${response.status}`;
  } catch (error) {
    return `unreachable: ${(error as Error).name}`;
  }
};
