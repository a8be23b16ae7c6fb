import { crc32, inflateRawSync } from 'node:zlib';
import { DomainError } from '../shared/errors.ts';

const endSignature = 0x06054b50;
const fileSignature = 0x02014b50;
/** A day's bill of ours has kilobytes; an archive that swells to more than this is no bill. */
const largestBytes = 32 * 1024 * 1024;

/**
 * The day's lines out of Alipay's archive: a ZIP with the lines (`…_业务明细.csv`) and their sum
 * (`…_业务明细(汇总).csv`), both in GBK. Throws `provider-refused` for anything else.
 */
export function billOfArchive(archive: Uint8Array): string {
  const gbk = new TextDecoder('gbk');
  for (const { name, content } of filesOf(Buffer.from(archive))) {
    const title = gbk.decode(name);
    if (title.endsWith('.csv') && !title.includes('汇总')) return gbk.decode(content());
  }
  throw new DomainError('provider-refused', 'There is no bill in Alipay’s archive');
}

interface ArchivedFile {
  readonly name: Buffer;
  readonly content: () => Buffer;
}

/** By the directory at the archive's end (PKWARE APPNOTE 4.3), which alone knows every size. */
function* filesOf(zip: Buffer): Generator<ArchivedFile> {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(endSignature);
  const end = zip.lastIndexOf(signature);
  if (end < 0 || end + 22 > zip.length)
    throw new DomainError('provider-refused', 'The bill is no ZIP archive');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + 46 > end || zip.readUInt32LE(at) !== fileSignature)
      throw new DomainError('provider-refused', 'The directory of the bill’s archive is broken');
    const entry = at;
    const nameBytes = zip.readUInt16LE(entry + 28);
    yield {
      name: zip.subarray(entry + 46, entry + 46 + nameBytes),
      content: () => contentOf(zip, entry),
    };
    at += 46 + nameBytes + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);
  }
}

function contentOf(zip: Buffer, entry: number): Buffer {
  const content = unpacked(zip, entry);
  if (content === undefined || crc32(content) !== zip.readUInt32LE(entry + 16))
    throw new DomainError('provider-refused', 'The bill’s archive is damaged');
  return content;
}

function unpacked(zip: Buffer, entry: number): Buffer | undefined {
  const method = zip.readUInt16LE(entry + 10);
  const header = zip.readUInt32LE(entry + 42);
  if (header + 30 > zip.length) return undefined;
  const from = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(from, from + zip.readUInt32LE(entry + 20));
  if (method === 0) return packed;
  if (method !== 8) throw new DomainError('provider-refused', `The bill is packed by method ${method}`);
  try {
    return inflateRawSync(packed, { maxOutputLength: largestBytes });
  } catch {
    return undefined;
  }
}
