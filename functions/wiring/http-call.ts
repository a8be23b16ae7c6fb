import type { HttpCall } from '../../src/payments/provider.ts';
import { DomainError } from '../../src/shared/errors.ts';

/** A bill of a month has some megabytes; what is longer is not read to its end. */
const largestAnswerBytes = 32 * 1024 * 1024;

/** Asks a payment provider, by the runtime's own client. */
export const httpCall: HttpCall = async ({ method, url, headers, body, timeoutMs }) => {
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      // A provider does not send its merchants elsewhere, and a signature is for one address.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > largestAnswerBytes) throw new RangeError('The answer is too long');
      chunks.push(chunk);
    }
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.concat(chunks),
    };
  } catch (error) {
    const { hostname } = new URL(url);
    throw new DomainError('provider-unavailable', `${hostname} did not answer: ${(error as Error).name}`);
  }
};
