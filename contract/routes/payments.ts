import * as z from 'zod/mini';
import {
  largestTopUpFen,
  paymentDetailSchema,
  shownOrderSchema,
  shownRefundSchema,
} from '../shapes/payment.ts';
import { providerNames } from '../words/words.ts';
import { type RouteContract, staff } from './route.ts';

const payments = '/estates/{estateId}/payments';

/** Chosen by the caller: the same one is carried out once, however often it is sent. */
const requestId = z.string().check(z.regex(/^[A-Za-z0-9-]{8,64}$/));

const payRequestSchema = z.object({
  requestId,
  amountFen: z.int().check(z.minimum(1), z.maximum(largestTopUpFen)),
  provider: z.enum(providerNames),
  way: z._default(z.enum(['native', 'jsapi']), 'native'),
  /** The payer in the merchant's WeChat app: needed for `jsapi`. */
  openId: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/))),
});

const refundRequestSchema = z.object({
  requestId,
  amountFen: z.int().check(z.minimum(1), z.maximum(largestTopUpFen)),
  /** Shown to the payer; WeChat Pay takes 80 bytes. */
  reason: z.string().check(z.minLength(1), z.maxLength(26)),
});

const householdSchema = z.optional(z.string().check(z.regex(/^[A-Za-z0-9:._-]{1,200}$/)));

export const paymentsContract = [
  {
    method: 'POST',
    path: payments,
    summary: 'Orders a top-up of the own wallet; it is paid by the QR code, or in WeChat by the parameters.',
    roles: ['resident'],
    body: payRequestSchema,
    status: 201,
    answer: z.extend(shownOrderSchema, { jsapi: z.optional(z.record(z.string(), z.string())) }),
  },
  {
    method: 'GET',
    path: payments,
    summary: 'The latest top-ups of a household, newest first; a resident sees those of the own household.',
    roles: [...staff, 'resident'],
    query: { householdId: householdSchema },
    answer: z.object({ payments: z.array(shownOrderSchema) }),
  },
  {
    method: 'GET',
    path: `${payments}/{orderId}`,
    summary: 'One top-up with what went back of it; a resident sees those of the own household.',
    roles: [...staff, 'resident'],
    answer: paymentDetailSchema,
  },
  {
    method: 'POST',
    path: `${payments}/{orderId}/refunds`,
    summary:
      'Pays back a top-up, or part of it, from the wallet to who paid it; a resident those of the own household.',
    roles: [...staff, 'resident'],
    body: refundRequestSchema,
    status: 202,
    answer: shownRefundSchema,
  },
] as const satisfies readonly RouteContract[];

/** What providers call; each is signed by its provider, and answered in the provider's own form. */
export const notificationContract = [
  {
    method: 'POST',
    path: '/payments/wechat-pay/notify',
    summary: 'WeChat Pay tells of a payment or a refund. 204 when it was taken.',
    roles: 'anyone',
    status: 204,
    answer: z.optional(z.object({ code: z.string(), message: z.string() })),
  },
  {
    method: 'POST',
    path: '/payments/alipay/notify',
    summary: 'Alipay tells of a payment. The answer is the word success or failure.',
    roles: 'anyone',
    answer: z.enum(['success', 'failure']),
  },
] as const satisfies readonly RouteContract[];
