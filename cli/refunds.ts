import { randomUUID } from 'node:crypto';
import type { Client } from '../contract/client.ts';
import type { OrderShown } from '../contract/shapes/office.ts';
import type { Payment, Refund } from '../contract/shapes/payment.ts';
import { refundIdOf } from '../src/payments/order.ts';
import { fenOf, yuanOf } from '../src/payments/yuan.ts';
import { type Answer, badUse, commandOf, type Tell } from './command.ts';
import { connect, connectionOptions, connectionUsage, estateIn } from './connection.ts';
import { CommandRefused } from './refusal.ts';

const USAGE = `pengyou refunds list --estate E [--household H]
    cash that waits for a second person or was paid out; with a household, what went back by a provider
pengyou refunds request --estate E --order O --amount 12.34 --reason TEXT [--request ID]
    pays a top-up back by the provider it came from; with --json the request is named
pengyou refunds request --estate E --cash ID --household H --amount 12.34
    pays unused money out at the office; above the estate's limit a second person approves
pengyou refunds approve <cash ID> --estate E       books it (another person than who asked)
pengyou refunds reject <cash ID> --estate E
pengyou refunds retry --estate E --order O --request ID
    asks the provider now for a refund that hangs; it is paid back once, however often it is asked for
${connectionUsage}`;

interface Asked {
  readonly api: Client;
  readonly estate: string;
  readonly subject: string | undefined;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly tell: Tell;
}

const commands: Readonly<Record<string, (asked: Asked) => Promise<Answer>>> = {
  list,
  request: (asked) => (asked.values['cash'] === undefined ? requestRefund(asked) : requestCash(asked)),
  approve: (asked) => decide(asked, 'approve'),
  reject: (asked) => decide(asked, 'reject'),
  retry,
};

const text = { type: 'string' } as const;

/**
 * Money that goes back, from the command line. Answers the exit code: 0 done, 1 refused by the API, 2 a command that
 * could not be understood or carried out.
 */
export const run = commandOf({
  name: 'refunds',
  usage: USAGE,
  options: {
    ...connectionOptions,
    household: text,
    order: text,
    amount: text,
    reason: text,
    request: text,
    cash: text,
  },
  words: { least: 1, most: 2 },
  run: async ({ values, positionals: [name = '', subject], tell }) => {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined)
      throw badUse('refunds', `${name} is none of ${Object.keys(commands).join(', ')}`);
    const estate = estateIn(values);
    const api = await connect({ api: values.api, token: values.token, estate });
    return command({ api, estate, subject, values, tell });
  },
});

function needed(values: Asked['values'], name: string): string {
  const value = values[name];
  if (typeof value !== 'string') throw new CommandRefused('bad-usage', `--${name} is missing`);
  return value;
}

/** What is paid back, in fen. */
function amountIn(values: Asked['values']): number {
  const amount = needed(values, 'amount');
  const fen = /^\d{1,9}(\.\d{1,2})?$/.test(amount) ? fenOf(amount) : 0;
  if (fen === 0)
    throw new CommandRefused('bad-usage', `--amount: ${amount} is no amount in yuan above 0, such as 12.34`);
  return fen;
}

async function list({ api, estate, values }: Asked): Promise<Answer> {
  const path = { estateId: estate };
  const { orders } = await api.call('GET /estates/{estateId}/office-orders', { path });
  const household = values['household'] === undefined ? undefined : needed(values, 'household');
  const cash = orders.filter(
    ({ kind, householdId }) =>
      kind === 'cash-refund' && (household === undefined || householdId === household),
  );
  const refunds = household === undefined ? [] : await refundsTo(api, estate, household);
  const lines = [
    ...cash.map((order) => `${cashLine(order)}  asked by ${order.askedBy}`),
    ...refunds.map((refund) => line(refund.provider, refund)),
  ];
  return { result: { cash, refunds }, lines };
}

async function refundsTo(api: Client, estateId: string, householdId: string) {
  const asked = { path: { estateId }, query: { householdId } };
  const { payments } = await api.call('GET /estates/{estateId}/payments', asked);
  const found: (Refund & Pick<Payment, 'provider'>)[] = [];
  for (const { orderId } of payments) {
    const { provider, refunds } = await paymentOf(api, estateId, orderId);
    found.push(...refunds.map((refund) => ({ provider, ...refund })));
  }
  return found;
}

const paymentOf = (api: Client, estateId: string, orderId: string) =>
  api.call('GET /estates/{estateId}/payments/{orderId}', { path: { estateId, orderId } });

const cashLine = ({ orderId, householdId, amountFen, state }: OrderShown): string =>
  `cash ${orderId}  ${householdId}  ${yuanOf(amountFen)}  ${state}`;

function line(provider: string, { refundId, orderId, amountFen, state, said, reason }: Refund): string {
  const word = said === undefined ? '' : ` (${said})`;
  return `${provider} ${refundId} of ${orderId}  ${yuanOf(amountFen)}  ${state}${word}  ${reason}`;
}

async function requestRefund({ api, estate, values, tell }: Asked): Promise<Answer> {
  const orderId = needed(values, 'order');
  const amountFen = amountIn(values);
  const reason = needed(values, 'reason');
  // Told before it is asked for: without it, a request whose answer was lost could not be asked again. A program reads
  // what comes at the end only, so it brings its own.
  const isOwn = values['request'] !== undefined || values['json'] === true;
  const requestId = isOwn ? needed(values, 'request') : randomUUID();
  tell(`request ${requestId}`);
  return askedBack(api, { estateId: estate, orderId }, { requestId, amountFen, reason });
}

async function requestCash({ api, estate, values }: Asked): Promise<Answer> {
  return cashAnswer(
    await api.call('POST /estates/{estateId}/cash-refunds', {
      path: { estateId: estate },
      body: {
        refundId: needed(values, 'cash'),
        householdId: needed(values, 'household'),
        amountFen: amountIn(values),
      },
    }),
  );
}

async function decide({ api, estate, subject }: Asked, what: 'approve' | 'reject'): Promise<Answer> {
  if (subject === undefined) throw new CommandRefused('bad-usage', 'Which cash refund?');
  const path = { estateId: estate, refundId: subject };
  return cashAnswer(await api.call(`POST /estates/{estateId}/cash-refunds/{refundId}/${what}`, { path }));
}

/** The same request again: the API books nothing a second time, and asks the provider at once. */
async function retry({ api, estate, values }: Asked): Promise<Answer> {
  const orderId = needed(values, 'order');
  const requestId = needed(values, 'request');
  const { refunds } = await paymentOf(api, estate, orderId);
  const refund = refunds.find(({ refundId }) => refundId === refundIdOf(orderId, requestId));
  if (refund === undefined)
    throw new CommandRefused('not-found', `${orderId} has no refund that was asked for as ${requestId}`);
  const { amountFen, reason } = refund;
  return askedBack(api, { estateId: estate, orderId }, { requestId, amountFen, reason });
}

const cashAnswer = (order: OrderShown): Answer => ({ result: order, lines: [cashLine(order)] });

async function askedBack(
  api: Client,
  path: { readonly estateId: string; readonly orderId: string },
  body: { readonly requestId: string; readonly amountFen: number; readonly reason: string },
): Promise<Answer> {
  const refund = await api.call('POST /estates/{estateId}/payments/{orderId}/refunds', { path, body });
  return { result: refund, lines: [line('provider', refund)] };
}
