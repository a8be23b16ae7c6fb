import { randomBytes } from 'node:crypto';
import { LazyState, StateFile } from '../machine/state-file.ts';

export type ProviderName = 'wechat-pay' | 'alipay';

export interface TradeRefund {
  readonly refundId: string;
  readonly amountFen: number;
  readonly atMs: number;
  readonly notifyUrl: string;
  state: 'processing' | 'succeeded' | 'failed';
}

/** One order of a merchant, as a provider keeps it. */
export interface Trade {
  readonly provider: ProviderName;
  readonly orderId: string;
  readonly amountFen: number;
  readonly description: string;
  readonly notifyUrl: string;
  readonly expiresAtMs: number;
  /** In the QR code's address. */
  readonly token: string;
  state: 'open' | 'paid' | 'closed';
  transactionId?: string;
  paidAtMs?: number;
  readonly refunds: TradeRefund[];
}

/** All orders of both providers; kept over a restart, as a provider would. */
export class Trades {
  readonly #trades: Trade[];
  readonly #kept: LazyState<Trade[]>;

  constructor(stateDir: string | undefined) {
    const file = new StateFile<Trade[]>(stateDir, 'provider-trades.json');
    this.#trades = file.read() ?? [];
    this.#kept = new LazyState(file, () => this.#trades);
  }

  all(): readonly Trade[] {
    return this.#trades;
  }

  find(provider: ProviderName, orderId: string): Trade | undefined {
    return this.#trades.find((trade) => trade.provider === provider && trade.orderId === orderId);
  }

  byToken(token: string): Trade | undefined {
    return this.#trades.find((trade) => trade.token === token);
  }

  byRefund(refundId: string): { readonly trade: Trade; readonly refund: TradeRefund } | undefined {
    for (const trade of this.#trades) {
      const refund = trade.refunds.find((candidate) => candidate.refundId === refundId);
      if (refund !== undefined) return { trade, refund };
    }
    return undefined;
  }

  open(order: Omit<Trade, 'token' | 'state' | 'refunds'>): Trade {
    const trade: Trade = { ...order, token: randomBytes(12).toString('hex'), state: 'open', refunds: [] };
    this.#trades.push(trade);
    this.changed();
    return trade;
  }

  /** Nobody can pay it after its time; it is closed when somebody looks. */
  expire(nowMs: number): void {
    for (const trade of this.#trades)
      if (trade.state === 'open' && nowMs >= trade.expiresAtMs) trade.state = 'closed';
    this.changed();
  }

  pay(trade: Trade, nowMs: number): boolean {
    if (trade.state !== 'open' || nowMs >= trade.expiresAtMs) return false;
    trade.state = 'paid';
    trade.paidAtMs = Math.floor(nowMs / 1000) * 1000;
    trade.transactionId = `4200${nowMs}${randomBytes(4).readUInt32BE().toString().padStart(10, '0')}`;
    this.changed();
    return true;
  }

  changed(): void {
    this.#kept.changed();
  }

  flush(): void {
    this.#kept.flush();
  }
}

export const refundedFen = ({ refunds }: Trade): number =>
  refunds.reduce((sum, { amountFen, state }) => sum + (state === 'failed' ? 0 : amountFen), 0);

/** Fen as yuan with two decimals. */
export const yuan = (fen: number): string => {
  const digits = fen.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

const BEIJING_AHEAD_MS = 8 * 3_600_000;

/** `2026-11-23 19:00:00` on the clock in Beijing. */
export const beijing = (atMs: number): string =>
  new Date(atMs + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ');
