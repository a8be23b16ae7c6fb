import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { PengyouFunction } from './function.ts';

/** What the keys are derived from that hash and seal card numbers and sign alerts: 64 hexadecimal digits, made in the cloud. */
export class DeviceSecret extends Construct {
  readonly #secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new secretsmanager.Secret(this, 'Key', {
      description: 'Keys the hashes and the sealing of card numbers, and the signatures of alerts',
      removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString: {
        passwordLength: 64,
        excludePunctuation: true,
        excludeUppercase: true,
        excludeCharacters: 'ghijklmnopqrstuvwxyz',
      },
    });
    Validations.of(this.#secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Every card is found by its hash under this key; a rotation would make all cards in use unknown.',
    });
  }

  allowRead(...functions: readonly PengyouFunction[]): void {
    for (const fn of functions) {
      fn.may(['secretsmanager:GetSecretValue'], [this.#secret.secretArn]);
      fn.lambda.addEnvironment('DEVICE_SECRET_ARN', this.#secret.secretArn);
    }
  }
}

/**
 * The keys of the merchants that residents pay: JSON as in src/payments/merchant.ts. A provider's keys cannot be made by
 * the cloud, so it begins without any, and nothing can be paid until an operator has put them in.
 */
export class PaymentSecret extends Construct {
  readonly #secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new secretsmanager.Secret(this, 'Merchants', {
      description:
        'The merchants of WeChat Pay and Alipay: see docs/operations.md, section “Payment merchants”',
      removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'untilMerchantsAreGiven' },
    });
    Validations.of(this.#secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The keys are given out by the payment providers and changed at theirs, by hand and by agreement.',
    });
  }

  allowRead(...functions: readonly PengyouFunction[]): void {
    for (const fn of functions) {
      fn.may(['secretsmanager:GetSecretValue'], [this.#secret.secretArn]);
      fn.lambda.addEnvironment('PAYMENT_SECRET_ARN', this.#secret.secretArn);
    }
  }
}
