/** What stands in keys: moments, and the names of kinds and steps: of what the office books, of payments, refunds and sessions. */
export const officeKinds = ['cash-top-up', 'cash-refund', 'correction'] as const;
export type OfficeKind = (typeof officeKinds)[number];
export type OfficeStep = 'asked' | 'decided' | 'printed';

export type PaymentStep = 'created' | 'paid' | 'closed';
export type RefundStep = 'requested' | 'succeeded' | 'failed';
export type SessionStep =
  | 'authorised'
  | 'started'
  | 'stop-asked'
  | 'stop-answered'
  | 'closed'
  | 'settled'
  /** The bike was taken away: where leaving it standing costs something. */
  | 'removed'
  /** Priced again, for the n-th time. */
  | `adjusted#${number}`;

/** Milliseconds as text that sorts like the number until the year 2286. */
export function time(atMs: number): string {
  return atMs.toString().padStart(13, '0');
}
