import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WorldClock } from '../machine/clock.ts';
import { htmlHeaders } from '../machine/html-headers.ts';
import { addressOf, LOOPBACK, listen, readBody } from '../machine/listener.ts';
import type { Assembly } from '../template/assembly.ts';
import { AlipayStandIn } from './alipay.ts';
import { keyPair, merchantSecret, openKeys, type ProviderKeys } from './keys.ts';
import type { Message, Told } from './message.ts';
import { type Faults, Notifications, noFaults } from './notifications.ts';
import { confirmPage, ordersPage, pageStyle, resultPage } from './page.ts';
import { type Trade, type TradeRefund, Trades } from './trades.ts';
import { WechatPayStandIn } from './wechat-pay.ts';

const html = (body: string, status = 200): Message => ({
  status,
  headers: htmlHeaders(pageStyle),
  body,
});
const json = (content: unknown, status = 200): Message => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(content),
});

/** A stand-in where the template takes payments. */
export function openProviders(
  { template }: Assembly,
  clock: WorldClock,
  stateDir: string | undefined,
): ProviderStandIn | undefined {
  const takesPayments = template.Parameters?.WechatPayUrl !== undefined;
  return takesPayments ? new ProviderStandIn(clock, stateDir) : undefined;
}

/**
 * WeChat Pay and Alipay in one server on loopback: they take signed orders, show a page to whoever scans the code, sign
 * what they tell with keys of their own, and misbehave when told to at `/control`.
 */
class ProviderStandIn {
  /** Known once it listens. */
  url = '';
  readonly #keys: ProviderKeys;
  readonly #trades: Trades;
  readonly #clock: WorldClock;
  readonly #notifications: Notifications;
  readonly #wechatPay: WechatPayStandIn;
  readonly #alipay: AlipayStandIn;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #faults: Faults = noFaults;
  /** Of somebody who would like to be a provider. */
  #forger: ProviderKeys | undefined;

  constructor(clock: WorldClock, stateDir: string | undefined) {
    const now = () => clock.now();
    this.#clock = clock;
    this.#keys = openKeys(stateDir);
    this.#trades = new Trades(stateDir);
    this.#notifications = new Notifications(clock);
    this.#wechatPay = new WechatPayStandIn(this.#keys.wechatPay, this.#trades, now);
    this.#alipay = new AlipayStandIn(this.#keys.alipay, this.#trades, now);
  }

  async listen(): Promise<void> {
    this.#server.keepAliveTimeout = 0;
    this.url = `http://${LOOPBACK}:${await listen(this.#server)}`;
    this.#wechatPay.base = this.url;
    this.#alipay.base = this.url;
  }

  /** What an operator would put in by hand, by the beginning of the secret's logical id. */
  get secrets(): Readonly<Record<string, string>> {
    return { PaymentsPaymentSecret: merchantSecret(this.#keys) };
  }

  /** Where the cloud finds the providers, as its parameters. */
  get parameters(): { readonly WechatPayUrl: string; readonly AlipayUrl: string } {
    return { WechatPayUrl: this.url, AlipayUrl: `${this.url}/alipay/gateway.do` };
  }

  async stop(): Promise<void> {
    await this.#notifications.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#trades.flush();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let message: Message;
    try {
      const body = (await readBody(request)).toString();
      message = await this.#answer(request, body);
    } catch (error) {
      message = json({ code: 'SYSTEM_ERROR', message: String(error) }, 500);
    }
    response.writeHead(message.status, message.headers).end(message.body);
  }

  async #answer(request: IncomingMessage, body: string): Promise<Message> {
    const { method = 'GET', url: path = '/', headers } = request;
    const address = addressOf(request, this.url);
    if (address === undefined) return html('', 400);
    const { pathname } = address;
    const [, token] = /^\/pay\/(\w+)$/.exec(pathname) ?? [];
    if (token !== undefined) return await this.#page(token, method === 'POST' ? body : undefined);
    const [, deed = ''] = /^\/control\/?([a-z-]*)$/.exec(pathname) ?? [];
    if (pathname.startsWith('/control')) return await this.#control(method, deed, body);
    if (pathname === '/') {
      this.#trades.expire(this.#clock.now());
      return html(ordersPage(this.#trades.all()));
    }
    if (this.#faults.down) return json({ code: 'SYSTEM_ERROR', message: '系统繁忙' }, 500);
    const asked = { method, path, headers, body };
    const refunded = (trade: Trade, refund: TradeRefund) => this.#refunded(trade, refund);
    if (pathname.startsWith('/v3/')) return this.#wechatPay.answer(asked, refunded);
    if (pathname.startsWith('/alipay/')) return this.#alipay.answer(asked, refunded);
    return html('', 404);
  }

  async #page(token: string, form: string | undefined): Promise<Message> {
    this.#trades.expire(this.#clock.now());
    const trade = this.#trades.byToken(token);
    if (trade === undefined) return html('', 404);
    if (form !== undefined && new URLSearchParams(form).get('deed') === 'confirm') await this.#pay(trade);
    return html(trade.state === 'open' && form === undefined ? confirmPage(trade) : resultPage(trade));
  }

  async #pay(trade: Trade): Promise<boolean> {
    if (!this.#trades.pay(trade, this.#clock.now())) return false;
    await this.#tellPaid(trade);
    return true;
  }

  #tellPaid(trade: Trade): Promise<void> {
    const faults = this.#faults;
    return this.#notifications.tell(
      trade.orderId,
      (atMs) => this.#paidNotification(trade, faults, atMs),
      faults,
    );
  }

  #paidNotification(trade: Trade, { forge, charset }: Faults, nowMs: number): Told {
    const atMs = forge === 'time' ? nowMs - 600_000 : nowMs;
    const isWechatPay = trade.provider === 'wechat-pay';
    const forger = forge === 'signature' ? this.#strangers() : undefined;
    if (isWechatPay) {
      const speaker = forger?.wechatPay ?? this.#wechatPay;
      return speaker.paidNotification(trade, wechatPayLies(trade, forge), atMs);
    }
    const speaker = forger?.alipay ?? this.#alipay;
    const named = charset === undefined ? {} : { charset };
    return speaker.paidNotification(trade, { ...alipayLies(forge), ...named }, atMs);
  }

  /** The same providers, signing with another key. */
  #strangers() {
    this.#forger ??= forgerOf(this.#keys);
    const now = () => this.#clock.now();
    return {
      wechatPay: new WechatPayStandIn(this.#forger.wechatPay, this.#trades, now),
      alipay: new AlipayStandIn(this.#forger.alipay, this.#trades, now),
    };
  }

  #refunded(trade: Trade, refund: TradeRefund): void {
    const { refunds } = this.#faults;
    if (refunds === 'hang') return;
    refund.state = refunds === 'fail' ? 'failed' : 'succeeded';
    void this.#tellRefunded(trade, refund);
  }

  async #tellRefunded(trade: Trade, refund: TradeRefund): Promise<void> {
    this.#trades.changed();
    // Alipay tells nothing of its own of a refund that it has answered.
    if (trade.provider !== 'wechat-pay') return;
    const notification = (atMs: number) => this.#wechatPay.refundNotification(trade, refund, atMs);
    await this.#notifications.tell(trade.orderId, notification, this.#faults);
  }

  /**
   * For tests and the simulation: `POST /control` sets faults, `POST /control/pay` pays an order as its page would,
   * `POST /control/tell` tells of it once more, `POST /control/refund` ends one that hangs, `POST /control/idle` waits
   * until nothing is being told, and `GET /control` says what there is.
   */
  async #control(method: string, deed: string, body: string): Promise<Message> {
    const content = body === '' ? {} : (JSON.parse(body) as Control);
    if (method === 'GET')
      return json({
        faults: this.#faults,
        trades: this.#trades.all(),
        deliveries: this.#notifications.deliveries,
      });
    if (deed === '') {
      this.#faults = { ...noFaults, ...content };
      return json(this.#faults);
    }
    if (deed === 'idle') return json({ idle: await this.#notifications.idle() });
    const trade = this.#trades.all().find(({ orderId }) => orderId === content.orderId);
    if (deed === 'pay' && trade !== undefined) return json({ paid: await this.#pay(trade) });
    if (deed === 'tell' && trade !== undefined) return json({ told: await this.#tellPaid(trade) });
    const found = this.#trades.byRefund(content.refundId ?? '');
    if (deed === 'refund' && found !== undefined) {
      found.refund.state = content.refunds === 'fail' ? 'failed' : 'succeeded';
      await this.#tellRefunded(found.trade, found.refund);
      return json({ state: found.refund.state });
    }
    return json({ error: 'not-found' }, 404);
  }
}

type Control = Partial<Faults> & { readonly orderId?: string; readonly refundId?: string };

function wechatPayLies(trade: Trade, forge: Faults['forge']): object {
  const total = trade.amountFen;
  if (forge === 'amount') return { amount: { total: total + 1, payer_total: total + 1, currency: 'CNY' } };
  if (forge === 'currency') return { amount: { total, payer_total: total, currency: 'USD' } };
  return forge === 'merchant' ? { mchid: '1900000002' } : {};
}

function alipayLies(forge: Faults['forge']): Record<string, string> {
  if (forge === 'amount') return { total_amount: '99999.99' };
  if (forge === 'currency') return { trans_currency: 'USD' };
  return forge === 'merchant' ? { seller_id: '2088000000000002' } : {};
}

function forgerOf(keys: ProviderKeys): ProviderKeys {
  const platform = keyPair();
  return { wechatPay: { ...keys.wechatPay, platform }, alipay: { ...keys.alipay, platform } };
}
