import { DomainError } from '../shared/errors.ts';
import { pemOf, signRsa, verifyRsa } from './rsa-signature.ts';

/**
 * What a request is signed over: every parameter that has a value, sorted by name, not yet encoded.
 * https://opendocs.alipay.com/common/02kf5q
 */
export function signedText(parameters: Readonly<Record<string, string>>): string {
  return sorted(Object.entries(parameters).filter(([name, value]) => name !== 'sign' && value !== ''));
}

/** The parameters with their signature. */
export function signParameters(
  parameters: Readonly<Record<string, string>>,
  privateKey: string,
): Record<string, string> {
  return { ...parameters, sign: signRsa(signedText(parameters), pemOf(privateKey, 'PRIVATE KEY')) };
}

/**
 * Reads a notice and checks that it is Alipay's own: signed over all decoded parameters but `sign` and `sign_type`,
 * also those without a value, sorted by name. Throws `signature-invalid`, also where a parameter comes twice: one of the
 * two would have been checked, and the other read. https://opendocs.alipay.com/open/270/105902
 */
export function openForm(body: Uint8Array, alipayPublicKey: string): Record<string, string> {
  const pairs = [...new URLSearchParams(Buffer.from(body).toString('utf8'))];
  const form = Object.fromEntries(pairs);
  if (Object.keys(form).length !== pairs.length)
    throw new DomainError('signature-invalid', 'A parameter of the notice comes twice');
  const signed = sorted(pairs.filter(([name]) => name !== 'sign' && name !== 'sign_type'));
  if (
    form['sign_type'] !== 'RSA2' ||
    !verifyRsa(signed, form['sign'] ?? '', pemOf(alipayPublicKey, 'PUBLIC KEY'))
  )
    throw new DomainError('signature-invalid', 'The signature is not Alipay’s');
  return form;
}

/**
 * The member of an answer that was signed, as the very text that came: written anew it could differ. Throws
 * `signature-invalid`.
 */
export function openAnswer(text: string, member: string, alipayPublicKey: string): string {
  const signed = memberOf(text, member);
  const signature = /"sign"\s*:\s*"([^"]*)"/.exec(text.replace(signed ?? '', ''))?.[1];
  if (
    signed === undefined ||
    signature === undefined ||
    // Alipay escapes slashes, in the signature too.
    !verifyRsa(signed, signature.replaceAll('\\/', '/'), pemOf(alipayPublicKey, 'PUBLIC KEY'))
  )
    throw new DomainError('signature-invalid', 'The signature is not Alipay’s');
  return signed;
}

/** The text of an object's member that is itself an object, braces inside of strings being none. */
export function memberOf(text: string, member: string): string | undefined {
  const found = new RegExp(`^\\s*\\{(?:.*?,)?\\s*"${member}"\\s*:\\s*(?=\\{)`, 's').exec(text);
  if (found === null) return undefined;
  const from = found[0].length;
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(from, at + 1);
    }
  }
  return undefined;
}

function sorted(entries: readonly (readonly [string, string])[]): string {
  return entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
