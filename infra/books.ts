import { Construct } from 'constructs';
import { booksContract } from '../contract/routes/books.ts';
import type { Api } from './api.ts';
import type { Parts } from './parts.ts';
import type { Payments } from './payments.ts';

/** The books: months are closed a few steps a call, and fetch the bills that they are compared with. */
export class Books extends Construct {
  constructor(scope: Construct, id: string, parts: Parts, api: Api, payments: Payments) {
    super(scope, id);
    const books = api.fn(
      parts,
      'api-books',
      'Months: close, compare with providers’ bills, statements, files',
    );
    payments.mayAsk(books);
    api.serve(books, booksContract);
  }
}
