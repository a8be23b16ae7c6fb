import { booksContract } from './books.ts';
import { chargingContract } from './charging.ts';
import { documentContract } from './document.ts';
import { estateContract } from './estate.ts';
import { officeContract } from './office.ts';
import { noticeContract, paymentsContract } from './payments.ts';
import { provisionContract } from './provision.ts';
import { rebuildContract } from './rebuild.ts';
import { receiptContract, receiptPdfContract } from './receipts.ts';
import type { RouteContract } from './route.ts';
import { tariffsContract } from './tariffs.ts';
import { walletContract } from './wallet.ts';

/** The whole HTTP API, by what it is about. */
export const contracts: Readonly<Record<string, readonly RouteContract[]>> = {
  Estate: estateContract,
  Configuration: provisionContract,
  Charging: chargingContract,
  Tariffs: tariffsContract,
  Wallet: walletContract,
  Office: officeContract,
  Payments: [...paymentsContract, ...noticeContract],
  Books: booksContract,
  Receipts: [...receiptContract, ...receiptPdfContract],
  Rebuild: rebuildContract,
  Document: documentContract,
};
