import { DomainError } from '../shared/errors.ts';
import { decoded, isChinese } from './charset.ts';
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
 * Reads a notification and checks that it is Alipay's own: signed over all parameters but `sign` and `sign_type`, sorted by
 * name, their percent-encoding undone and nothing else: over bytes, whatever letters they are in the charset that the
 * parameter `charset` names. Only then are they letters. Throws `signature-invalid`, also where a parameter comes
 * twice: one of the two would have been checked, and the other read; and `charset-unknown`.
 * https://opendocs.alipay.com/open/270/105902
 */
export function openForm(body: Uint8Array, alipayPublicKey: string): Record<string, string> {
  const members = membersOf(body);
  const form = new Map(members);
  if (form.size !== members.length)
    throw new DomainError('signature-invalid', 'A parameter of the notification comes twice');
  const isBy = (signed: readonly Member[]) =>
    verifyRsa(bytesOf(sorted(signed)), form.get('sign') ?? '', pemOf(alipayPublicKey, 'PUBLIC KEY'));
  const all = members.filter(([name]) => name !== 'sign' && name !== 'sign_type');
  // Alipay signs no parameter without a value, and sends none; somebody on the way may. What is not signed is not read.
  const signed = [all, all.filter(([, value]) => value !== '')].find(isBy);
  if (form.get('sign_type') !== 'RSA2' || signed === undefined)
    throw new DomainError('signature-invalid', 'The signature is not Alipay’s');
  const charset = form.get('charset') ?? '';
  return Object.fromEntries(
    signed.map(([name, value]) => [decoded(bytesOf(name), charset), decoded(bytesOf(value), charset)]),
  );
}

/** A parameter of a form, each byte of it as one character: U+0000 to U+00FF. */
type Member = readonly [name: string, value: string];

/** The parameters as https://url.spec.whatwg.org/#urlencoded-parsing has them, except that bytes stay bytes. */
function membersOf(body: Uint8Array): Member[] {
  return Buffer.from(body)
    .toString('latin1')
    .split('&')
    .filter((member) => member !== '')
    .map((member): Member => {
      const [name = '', ...value] = member.split('=');
      return [unescaped(name), unescaped(value.join('='))];
    });
}

function unescaped(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/**
 * The member of an answer that was signed, as the very bytes that came: written anew they could differ. Throws
 * `signature-invalid`, and `charset-unknown` for a charset that nobody can read.
 */
export function openAnswer(
  body: Uint8Array,
  charset: string,
  member: string,
  alipayPublicKey: string,
): string {
  const text = Buffer.from(body).toString('latin1');
  // The second byte of a Chinese letter may look like a brace.
  const shown = isChinese(charset)
    ? text.replaceAll(chineseLetter, (letter) => '_'.repeat(letter.length))
    : text;
  const [from, to] = placeOf(shown, member) ?? [0, 0];
  const signature = /"sign"\s*:\s*"([^"]*)"/.exec(shown.slice(0, from) + shown.slice(to))?.[1];
  const signed = bytesOf(text.slice(from, to));
  if (
    signed.length === 0 ||
    signature === undefined ||
    // Alipay escapes slashes, in the signature too.
    !verifyRsa(signed, signature.replaceAll('\\/', '/'), pemOf(alipayPublicKey, 'PUBLIC KEY'))
  )
    throw new DomainError('signature-invalid', 'The signature is not Alipay’s');
  return decoded(signed, charset);
}

/** Four bytes in GB 18030, or two. */
const chineseLetter = /[\x81-\xfe](?:[0-9][\x81-\xfe][0-9]|[\x40-\xfe])/g;

/** Where the text of an object's member begins and ends that is itself an object, braces inside of strings being none. */
export function placeOf(text: string, member: string): readonly [from: number, to: number] | undefined {
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
      if (depth === 0) return [from, at + 1];
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
