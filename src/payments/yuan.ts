import { DomainError } from '../shared/errors.ts';

/** Fen as Alipay and the bill files write them: yuan with two decimals. Exact, by its digits. */
export function yuanOf(fen: number): string {
  const digits = Math.abs(fen).toString().padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The other way, without a floating number in between. Throws `money-invalid` for parts of a fen and for no number. */
export function fenOf(yuan: string): number {
  const match = /^([+-]?)(\d{1,13})(?:\.(\d{1,2})0*)?$/.exec(yuan.trim());
  if (match === null) throw new DomainError('money-invalid', `${yuan} is no amount in yuan and fen`);
  const [, sign, whole = '', fraction = ''] = match;
  const fen = Number(whole + fraction.padEnd(2, '0'));
  return sign === '-' && fen !== 0 ? -fen : fen;
}
