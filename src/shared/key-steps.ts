/** The names of kinds and steps that stand in keys: of what the office books, of payments, refunds and charges. */
export type OfficeKind = 'cash-top-up' | 'cash-refund' | 'correction';
export type OfficeStep = 'asked' | 'decided' | 'printed';

export type PaymentStep = 'created' | 'paid' | 'closed';
export type RefundStep = 'requested' | 'succeeded' | 'failed';
export type ChargeStep =
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
