import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type * as z from 'zod/mini';
import type { shownOrderSchema, shownRefundSchema } from '../functions/contract/payments.ts';
import type { ApiClient } from '../simulator/provision.ts';
import type { OrderShown } from '../src/billing/office-order.ts';
import { refundIdOf } from '../src/payments/order.ts';
import { fenOf, yuanOf } from '../src/payments/yuan.ts';
import { CommandRefused, connect, connectionOptions, connectionUsage } from './connection.ts';
import { orFailure, type Tell } from './failure.ts';

const USAGE = `pengyou refunds list --estate E [--household H]
    cash that waits for a second person or was paid out; with a household, what went back by a provider
pengyou refunds request --estate E --order O --amount 12.34 --reason TEXT [--request ID]
    pays a top-up back by the provider it came from
pengyou refunds request --estate E --cash ID --household H --amount 12.34
    pays unused money out at the office; above the estate's limit a second person approves
pengyou refunds approve <cash ID> --estate E       books it (another person than who asked)
pengyou refunds reject <cash ID> --estate E
pengyou refunds retry --estate E --order O --request ID
    asks the provider now for a refund that hangs; it is paid back once, however often it is asked for
${connectionUsage}`;

type Order = z.infer<typeof shownOrderSchema>;
type Refund = z.infer<typeof shownRefundSchema>;

interface Asked {
  readonly api: ApiClient;
  readonly estate: string;
  readonly subject: string | undefined;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly tell: Tell;
}

const commands: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  list,
  request: (asked) => (asked.values['cash'] === undefined ? requestRefund(asked) : requestCash(asked)),
  approve: (asked) => decide(asked, 'approve'),
  reject: (asked) => decide(asked, 'reject'),
  retry,
};

/**
 * Money that goes back, from the command line. Answers the exit code: 0 done, 1 refused by the API, 2 a command that
 * could not be understood or carried out.
 */
export async function run(
  args: readonly string[],
  tell: Tell = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  return orFailure(tell, async () => {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...connectionOptions,
        household: text,
        order: text,
        amount: text,
        reason: text,
        request: text,
        cash: text,
        help: { type: 'boolean', default: false },
      },
    });
    const [name = '', subject] = positionals;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (values.help || command === undefined || positionals.length > 2) {
      tell(USAGE);
      return values.help ? 0 : 2;
    }
    const { help: _, ...words } = values;
    const estate = needed(words, 'estate');
    const api = await connect({ api: values.api, token: values.token, estate });
    await command({ api, estate, subject, values: words, tell });
    return 0;
  });
}

function needed(values: Asked['values'], name: string): string {
  const value = values[name];
  if (value === undefined) throw new CommandRefused(`--${name} is missing`);
  return value;
}

async function list({ api, estate, values, tell }: Asked): Promise<void> {
  const { orders } = await api.get<{ orders: OrderShown[] }>(`/estates/${estate}/office-orders`);
  const household = values['household'];
  const cash = orders.filter(
    ({ kind, householdId }) =>
      kind === 'cash-refund' && (household === undefined || householdId === household),
  );
  for (const { orderId, householdId, amountFen, state, askedBy } of cash)
    tell(`cash ${orderId}  ${householdId}  ${yuanOf(amountFen)}  ${state}  asked by ${askedBy}`);
  if (household === undefined) return;
  const path = `/estates/${estate}/payments`;
  const { payments } = await api.get<{ payments: Order[] }>(
    `${path}?householdId=${encodeURIComponent(household)}`,
  );
  for (const { orderId } of payments) {
    const { provider, refunds } = await api.get<Order & { refunds: Refund[] }>(`${path}/${orderId}`);
    for (const refund of refunds) tell(line(provider, refund));
  }
}

function line(provider: string, { refundId, orderId, amountFen, state, said, reason }: Refund): string {
  const word = said === undefined ? '' : ` (${said})`;
  return `${provider} ${refundId} of ${orderId}  ${yuanOf(amountFen)}  ${state}${word}  ${reason}`;
}

async function requestRefund({ api, estate, values, tell }: Asked): Promise<void> {
  const requestId = values['request'] ?? randomUUID();
  const orderId = needed(values, 'order');
  const body = {
    requestId,
    amountFen: fenOf(needed(values, 'amount')),
    reason: needed(values, 'reason'),
  };
  // Told before it is asked for: without it, a request whose answer was lost could not be asked again.
  tell(`request ${requestId}`);
  const refund = await api.post<Refund>(refundsOf(estate, orderId), body);
  tell(line('provider', refund));
}

async function requestCash({ api, estate, values, tell }: Asked): Promise<void> {
  const order = await api.post<OrderShown>(`/estates/${estate}/cash-refunds`, {
    refundId: needed(values, 'cash'),
    householdId: needed(values, 'household'),
    amountFen: fenOf(needed(values, 'amount')),
  });
  tell(`cash ${order.orderId}  ${order.householdId}  ${yuanOf(order.amountFen)}  ${order.state}`);
}

async function decide({ api, estate, subject, tell }: Asked, what: 'approve' | 'reject'): Promise<void> {
  if (subject === undefined) throw new CommandRefused('Which cash refund?');
  const path = `/estates/${estate}/cash-refunds/${encodeURIComponent(subject)}/${what}`;
  const order = await api.post<OrderShown>(path);
  tell(`cash ${order.orderId}  ${order.householdId}  ${yuanOf(order.amountFen)}  ${order.state}`);
}

/** The same request again: the API books nothing a second time, and asks the provider at once. */
async function retry({ api, estate, values, tell }: Asked): Promise<void> {
  const orderId = needed(values, 'order');
  const requestId = needed(values, 'request');
  const path = `/estates/${estate}/payments/${encodeURIComponent(orderId)}`;
  const { refunds } = await api.get<{ refunds: Refund[] }>(path);
  const refund = refunds.find(({ refundId }) => refundId === refundIdOf(orderId, requestId));
  if (refund === undefined)
    throw new CommandRefused(`${orderId} has no refund that was asked for as ${requestId}`);
  const { amountFen, reason } = refund;
  tell(
    line('provider', await api.post<Refund>(refundsOf(estate, orderId), { requestId, amountFen, reason })),
  );
}

const refundsOf = (estate: string, orderId: string): string =>
  `/estates/${estate}/payments/${encodeURIComponent(orderId)}/refunds`;
