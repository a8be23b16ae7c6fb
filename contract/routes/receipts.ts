import { publicReceiptSchema } from '../shapes/public-receipt.ts';
import type { RouteContract } from './route.ts';

export const receiptContract = [
  {
    method: 'GET',
    path: '/receipts/{code}',
    summary: 'A receipt by the code that stands on it, with everything that is needed to compute it again.',
    roles: 'anyone',
    answer: publicReceiptSchema,
  },
] as const satisfies readonly RouteContract[];

export const receiptPdfContract = [
  {
    method: 'GET',
    path: '/receipts/{code}/pdf',
    summary: 'The same receipt to print.',
    roles: 'anyone',
    answer: 'pdf',
  },
] as const satisfies readonly RouteContract[];
