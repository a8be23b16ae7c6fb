import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { CardNumber } from './events.ts';

/**
 * Card numbers at rest. They are looked up by a keyed hash, which cannot be reversed; where a number has to be sent
 * again (a board's own card list, an unacknowledged command, the raw frame of an event), it is sealed.
 */
export interface CardVault {
  /** The name under which a card of this estate is stored. */
  hash(estateId: string, card: CardNumber): string;
  /** Tells two texts apart, and lets nobody try out which card number stands in one: 16 hex digits. */
  mac(text: string): string;
  /** AES-256-GCM with a fresh nonce; the same text never looks the same twice. */
  seal(text: string): string;
  /** Throws when the text was not sealed with this key, or was changed. */
  open(sealed: string): string;
}

/** `secret`: at least 32 characters, from the secrets store. */
export function cardVault(secret: string): CardVault {
  if (secret.length < 32) throw new RangeError('The card secret has fewer than 32 characters');
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'pengyou', purpose, 32));
  const hashKey = derive('card-hash');
  const macKey = derive('card-mac');
  const sealKey = derive('card-seal');
  return {
    hash: (estateId, card) =>
      createHmac('sha256', hashKey)
        .update(`${estateId}:${card.form}:${card.number}`)
        .digest('base64url')
        .slice(0, 32),
    mac: (text) => createHmac('sha256', macKey).update(text).digest('hex').slice(0, 16),
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}
