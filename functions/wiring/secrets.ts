import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { cardVault } from '../../src/devices/card-vault.ts';

/** Read once, when a function starts. Which secrets a function may read is said in infra/secrets.ts. */
async function secretIn(variable: 'DEVICE_SECRET_ARN' | 'PAYMENT_JOURNAL_SECRET_ARN'): Promise<string> {
  const SecretId = process.env[variable];
  if (SecretId === undefined) throw new Error(`${variable} is not set`);
  const { SecretString } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId }));
  if (SecretString === undefined) throw new Error(`The secret ${SecretId} is empty`);
  return SecretString;
}

/** The secret from which card numbers are hashed and sealed, and alerts signed. */
export const deviceSecret = () => secretIn('DEVICE_SECRET_ARN');

export const deviceVault = async () => cardVault(await deviceSecret());

/**
 * Seals and tells apart what is journalled of payments, with a key of its own: anybody may call `on-payment`, and it
 * must know nothing of cards. All that journal payments have this one, for the same fact must be known as the same.
 */
export const paymentVault = async () => cardVault(await secretIn('PAYMENT_JOURNAL_SECRET_ARN'));
