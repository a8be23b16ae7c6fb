import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { rebuildContract } from '../contract/routes/rebuild.ts';
import { receiptContract, receiptPdfContract } from '../contract/routes/receipts.ts';
import type { Api } from './api.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';

/** Receipts for whoever has their code, and the whole account book computed again for an operator. */
export class Receipts extends Construct {
  constructor(scope: Construct, id: string, parts: Parts, api: Api) {
    super(scope, id);
    // Directly in the stack, so that the parameter keeps this very name.
    const pagesUrl = new CfnParameter(Stack.of(this), 'PagesUrl', {
      description: 'Where the pages are, for the QR code on receipts; empty: receipts name the API',
      default: '',
    }).valueAsString;

    const receipts = new PengyouFunction(this, parts, {
      name: 'api-receipts',
      description: 'A receipt by its code, computed again from the journal, for anybody',
      timeoutS: 10,
      memoryMiB: 1024,
    });
    parts.storage.allowRead(receipts);
    api.serve(receipts, receiptContract, { rateLimit: 20, burstLimit: 40 });

    const pdf = new PengyouFunction(this, parts, {
      name: 'api-receipt-pdf',
      description: 'A receipt to print, with its letters',
      timeoutS: 20,
      memoryMiB: 1769,
      environment: { PAGES_URL: pagesUrl, API_URL: api.http.apiEndpoint },
    });
    parts.storage.allowRead(pdf);
    api.serve(pdf, receiptPdfContract, { rateLimit: 5, burstLimit: 10 });

    const rebuild = new PengyouFunction(this, parts, {
      name: 'api-rebuild',
      description: 'Computes wallets and receipts of an estate again from the journal, a page at a time',
      timeoutS: 20,
      memoryMiB: 1769,
    });
    parts.storage.allowRead(rebuild);
    parts.secret.allowRead(rebuild);
    api.serve(rebuild, rebuildContract);
  }
}
