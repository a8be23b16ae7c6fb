import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { PengyouFunction } from './function.ts';

interface SecretProps {
  readonly description: string;
  /** The environment variable under which a function that may read it finds its ARN. */
  readonly variable: string;
  /** Why nothing changes it from time to time. */
  readonly notRotated: string;
  readonly generateSecretString: secretsmanager.SecretStringGenerator;
}

/** One secret that outlives the stack, and the functions that may read it. */
class KeptSecret extends Construct {
  readonly #secret: secretsmanager.Secret;
  readonly #variable: string;

  constructor(scope: Construct, id: string, name: string, props: SecretProps) {
    super(scope, id);
    const { description, variable, notRotated, generateSecretString } = props;
    this.#variable = variable;
    this.#secret = new secretsmanager.Secret(this, name, {
      description,
      removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString,
    });
    Validations.of(this.#secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: notRotated });
  }

  allowRead(...functions: readonly PengyouFunction[]): void {
    for (const fn of functions) {
      fn.may(['secretsmanager:GetSecretValue'], [this.#secret.secretArn]);
      fn.lambda.addEnvironment(this.#variable, this.#secret.secretArn);
    }
  }
}

/** 64 hexadecimal digits, made in the cloud. */
const hexadecimal = {
  passwordLength: 64,
  excludePunctuation: true,
  excludeUppercase: true,
  excludeCharacters: 'ghijklmnopqrstuvwxyz',
};

/**
 * What the keys are derived from that hash and seal card numbers and sign alerts. No function has it that somebody can
 * reach without a token.
 */
export class DeviceSecret extends KeptSecret {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Key', {
      description: 'Keys the hashes and the sealing of card numbers, and the signatures of alerts',
      variable: 'DEVICE_SECRET_ARN',
      notRotated:
        'Every card is found by its hash under this key; a rotation would make all cards in use unknown.',
      generateSecretString: hexadecimal,
    });
  }
}

/** What seals and tells apart what is journalled of payments, so that who takes notifications needs no key of cards. */
export class PaymentJournalSecret extends KeptSecret {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Key', {
      description: 'Keys the sealing of what payment providers say',
      variable: 'PAYMENT_JOURNAL_SECRET_ARN',
      notRotated:
        'A notification that comes again is known as the same under this key; after a rotation it would be a conflict.',
      generateSecretString: hexadecimal,
    });
  }
}

/**
 * The keys of the merchants that residents pay: JSON as in src/payments/merchant.ts. A provider's keys cannot be made by
 * the cloud, so it begins without any, and nothing can be paid until an operator has put them in.
 */
export class PaymentSecret extends KeptSecret {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'Merchants', {
      description:
        'The merchants of WeChat Pay and Alipay: see docs/operations.md, section “Payment merchants”',
      variable: 'PAYMENT_SECRET_ARN',
      notRotated:
        'The keys are given out by the payment providers and changed at theirs, by hand and by agreement.',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'untilMerchantsAreGiven' },
    });
  }
}
