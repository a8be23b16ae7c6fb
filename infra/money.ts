import { Construct } from 'constructs';
import { officeContract } from '../contract/routes/office.ts';
import { walletContract } from '../contract/routes/wallet.ts';
import type { Api } from './api.ts';
import type { Parts } from './parts.ts';

/** Households and their money: what residents do with it, and what is booked for them at the property office. */
export class Money extends Construct {
  constructor(scope: Construct, id: string, parts: Parts, api: Api) {
    super(scope, id);
    api.serve(
      api.fn(parts, 'api-wallet', 'A household’s wallet, limits, notices, packages and movements'),
      walletContract,
    );
    api.serve(
      api.fn(parts, 'api-office', 'Cash at the property office, corrections and credit'),
      officeContract,
    );
  }
}
