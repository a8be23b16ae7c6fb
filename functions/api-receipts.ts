import type { receiptContract } from '../contract/routes/receipts.ts';
import { publicReceipt } from '../src/receipts/public-receipt.ts';
import { registry, table } from './wiring/backend.ts';
import { servePublic } from './wiring/public-http.ts';

/** A receipt for whoever has its code. */
export const handler = servePublic<typeof receiptContract>({
  'GET /receipts/{code}': async ({ code = '' }) => ({
    statusCode: 200,
    // A late truth may change it at any time.
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify(await publicReceipt({ table, registry }, code)),
  }),
});
