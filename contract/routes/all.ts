import { booksContract } from './books.ts';
import { chargingContract } from './charging.ts';
import { documentContract } from './document.ts';
import { estateContract } from './estate.ts';
import { officeContract } from './office.ts';
import { notificationContract, paymentsContract } from './payments.ts';
import { provisionContract } from './provision.ts';
import { rebuildContract } from './rebuild.ts';
import { receiptContract, receiptPdfContract } from './receipts.ts';
import type { RouteContract, RouteKey } from './route.ts';
import { tariffsContract } from './tariffs.ts';
import { walletContract } from './wallet.ts';

/** The whole HTTP API, by what it is about. */
export const contracts = {
  Estate: estateContract,
  Configuration: provisionContract,
  Charging: chargingContract,
  Tariffs: tariffsContract,
  Wallet: walletContract,
  Office: officeContract,
  Payments: [...paymentsContract, ...notificationContract],
  Books: booksContract,
  Receipts: [...receiptContract, ...receiptPdfContract],
  Rebuild: rebuildContract,
  Document: documentContract,
} as const satisfies Readonly<Record<string, readonly RouteContract[]>>;

/** Any route of the API. */
export type AnyRoute = (typeof contracts)[keyof typeof contracts][number];

/** Each route by its key, e.g. `GET /estates`. */
export type Routes = { readonly [R in AnyRoute as RouteKey<R>]: R };
