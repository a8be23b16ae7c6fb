/**
 * Frames of JUY boards as hex: independent of the code under test, so that both ends of a wrong field cannot agree.
 * All sums are worked out apart from our code; where one is short enough it is written out.
 */

/** The four frames of the vendor's document whose length and sum are right. */
export const DOCUMENTED = {
  login:
    '5AA5490081003836313139373036323933343338370A4A55595F42325F513830304D5F315F304A55595F42325F434F4D4D5F56312E3738393836303445383130323343303936333733311B005F',
  loginAnswerToTcp: '5AA50C0081000000000000000000F07D',
  stopPort2Order1: '5AA50800840002010000008F',
  queryParameters: '5AA504008900008D',
} as const;

export const IMEI = '861197062934387';

/** Reads hex with spaces, or the bytes of a frame. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** A frame with a right length and a right sum around any DATA. */
export function framed(command: number, data: Uint8Array, result = 0): Uint8Array {
  const length = data.length + 3;
  const counted = [length & 0xff, length >> 8, command, result, ...data];
  const sum = counted.reduce((total, byte) => total + byte, 0) % 256;
  return Uint8Array.from([0x5a, 0xa5, ...counted, sum]);
}
