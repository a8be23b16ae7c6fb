import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { notificationContract, paymentsContract } from '../contract/routes/payments.ts';
import type { Api } from './api.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';
import { PaymentJournalSecret, PaymentSecret } from './secrets.ts';

/** Top-ups and refunds by WeChat Pay and Alipay: people order them, providers tell of them, the sweep asks after them. */
export class Payments extends Construct {
  /** A payer waits for the wallet: the notification is taken here. */
  readonly fn: PengyouFunction;
  readonly #secret: PaymentSecret;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, parts: Parts, api: Api, sweep: PengyouFunction) {
    super(scope, id);
    this.#secret = new PaymentSecret(this, 'PaymentSecret');
    this.#environment = { ...this.#providers(), NOTIFICATION_URL: api.http.apiEndpoint };
    const people = new PengyouFunction(this, parts, {
      name: 'api-payments',
      description: 'Top-ups by a payment provider, and what goes back of them',
      timeoutS: 10,
      memoryMiB: 1024,
    });
    parts.storage.allowCommit(people);
    api.serve(people, paymentsContract);
    this.fn = new PengyouFunction(this, parts, {
      name: 'on-payment',
      description: 'A payment provider tells of a payment or a refund',
      // Providers wait five seconds, and then tell it again. A second is for the way, and for a function that starts:
      // it asks the table some times and nobody else, so what takes longer is not worth waiting for.
      timeoutS: 4,
      memoryMiB: 1024,
      reservedConcurrency: 10,
    });
    parts.storage.allowCommit(this.fn);
    // Providers tell a few a second at most; whoever sends more is none.
    api.serve(this.fn, notificationContract, { rateLimit: 50, burstLimit: 100 });

    new PaymentJournalSecret(this, 'JournalSecret').allowRead(people, this.fn, sweep);
    this.mayAsk(people, this.fn, sweep);
  }

  /** Lets it call the providers as our merchant. */
  mayAsk(...functions: readonly PengyouFunction[]): void {
    for (const fn of functions) {
      this.#secret.allowRead(fn);
      for (const [name, value] of Object.entries(this.#environment)) fn.lambda.addEnvironment(name, value);
    }
  }

  /** Where the providers are: a local cloud has its own. */
  #providers(): Record<string, string> {
    const stack = Stack.of(this);
    const wechatPay = new CfnParameter(stack, 'WechatPayUrl', {
      description: 'Where WeChat Pay’s API v3 is',
      default: 'https://api.mch.weixin.qq.com',
    });
    const alipay = new CfnParameter(stack, 'AlipayUrl', {
      description: 'Where Alipay’s gateway is',
      default: 'https://openapi.alipay.com/gateway.do',
    });
    return { WECHAT_PAY_URL: wechatPay.valueAsString, ALIPAY_URL: alipay.valueAsString };
  }
}
