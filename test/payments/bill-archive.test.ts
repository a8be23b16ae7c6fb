import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gbk } from '../../local/provider/archive.ts';
import { billOfArchive } from '../../src/payments/bill-archive.ts';

interface Packed {
  readonly name?: string;
  readonly content?: Buffer;
  readonly method?: number;
  /** Bytes that a packer may put beside a file: in front of it, and in the directory. */
  readonly extra?: number;
  readonly comment?: number;
  readonly crc?: number;
}

const record = (...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer =>
  Buffer.concat(
    fields.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );

/** A ZIP archive by PKWARE APPNOTE 4.3, with everything in it that a packer may write. */
function archive(
  files: readonly Packed[],
  end: { readonly count?: number; readonly behind?: number } = {},
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name = 'x.csv', content = gbk('lines'), method = 0, extra = 0, comment = 0, crc } of files) {
    const bytes = gbk(name);
    const packed = method === 8 ? deflateRawSync(content) : content;
    const sizes = [
      [4, crc ?? crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, bytes.length],
    ] as const;
    const common = record([2, 20], [2, 0], [2, method], [2, 0], [2, 0], ...sizes, [2, extra]);
    const body = Buffer.concat([record([4, 0x04034b50]), common, bytes, Buffer.alloc(extra, 1), packed]);
    const place = record([2, comment], [2, 0], [2, 0], [4, 0], [4, offset]);
    directory.push(record([4, 0x02014b50], [2, 20]), common, place, bytes, Buffer.alloc(extra + comment, 2));
    bodies.push(body);
    offset += body.length;
  }
  const listed = Buffer.concat(directory);
  const { count = files.length, behind = 0 } = end;
  const counts = [
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
  ] as const;
  const last = record([4, 0x06054b50], ...counts, [4, listed.length], [4, offset], [2, behind]);
  return Buffer.concat([...bodies, listed, last, Buffer.alloc(behind, 3)]);
}

const sums: Packed = { name: '2088_业务明细(汇总).csv', content: gbk('sums') };
const refused = expect.objectContaining({ error: 'provider-refused' });

describe('the lines of a day are found', () => {
  const noted: Packed[] = [{ ...sums, extra: 9, comment: 5 }];
  noted.push({ extra: 7, comment: 3 });
  test.each<[string, readonly Packed[]]>([
    ['where they stand alone', [{}]],
    ['behind their sums, with notes of the packer', noted],
    ['before their sums', [{}, sums]],
    ['behind sums of the shortest name', [{ name: '汇总.csv', content: gbk('sums') }, {}]],
    ['packed', [{ method: 8 }]],
    ['behind what is no table', [{ name: 'x.csv.txt', content: gbk('read me') }, {}]],
    ['though what nobody reads is damaged', [{ ...sums, crc: 7, extra: 1 }, {}]],
  ])('%s', (_, files) => {
    expect(billOfArchive(archive(files))).toBe('lines');
    expect(billOfArchive(archive(files, { behind: 4 }))).toBe('lines');
  });

  test('in their first table, whatever is behind it', () => {
    expect(billOfArchive(archive([{}, { content: gbk('others') }]))).toBe('lines');
  });
});

describe('there is no bill', () => {
  const whole = archive([{ method: 8, content: gbk('余额'.repeat(50)) }]);
  const cutOff = Buffer.concat([archive([{}]).subarray(0, 60), archive([]).subarray(0, 12)]);
  const broken = Buffer.concat([whole.subarray(0, 36), Buffer.alloc(9, 0xff), whole.subarray(45)]);
  test.each<[string, Uint8Array]>([
    ['in nothing', Buffer.alloc(0)],
    ['in an archive of sums alone', archive([sums])],
    ['in an archive that says it has more than it has', archive([sums], { count: 2 })],
    ['in an archive that says it has nothing', archive([{}], { count: 0 })],
    ['where its end is cut off', archive([{}]).subarray(0, -1)],
    ['where its directory is cut off', cutOff],
    ['with another sum than was written', archive([{ crc: 7 }])],
    ['whose packing is broken', broken],
  ])('%s', (_, bytes) => {
    expect(() => billOfArchive(bytes)).toThrow(refused);
  });

  test('where there is no archive at all, and that is said', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(64), Buffer.from('<html>'.repeat(20))])
      expect(() => billOfArchive(bytes)).toThrow('The bill is no ZIP archive');
    for (const files of [[], [sums], [sums, sums], [{ name: '' }]])
      expect(() => billOfArchive(archive(files))).toThrow('There is no bill in Alipay’s archive');
  });

  test('that swells to more than 32 MiB; one of as much is read', () => {
    const largest = 32 * 1024 * 1024;
    const of = (bytes: number) => billOfArchive(archive([{ method: 8, content: Buffer.alloc(bytes, 'x') }]));
    expect(of(largest)).toHaveLength(largest);
    expect(() => of(largest + 1)).toThrow(refused);
  });

  test('packed in a way that nobody knows, and that is said', () => {
    expect(() => billOfArchive(archive([{ method: 12 }]))).toThrow('The bill is packed by method 12');
  });

  test('where a file begins behind the end', () => {
    const bytes = archive([{}]);
    const entry = bytes.indexOf(Buffer.from('PK\u0001\u0002'));
    for (const header of [bytes.length - 29, bytes.length, 0xffff_fff0]) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt32LE(header, entry + 42);
      expect(() => billOfArchive(damaged)).toThrow(refused);
    }
  });

  test('where its directory is said to be elsewhere', () => {
    const bytes = archive([{}]);
    for (const place of [0, bytes.length - 22, bytes.length - 22 - 45, bytes.length - 2, 0xffff_fff0]) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt32LE(place, bytes.length - 22 + 16);
      expect(() => billOfArchive(damaged)).toThrow('The directory of the bill’s archive is broken');
    }
  });
});
