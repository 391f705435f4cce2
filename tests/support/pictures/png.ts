import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { fewColors } from './few-colors.ts';
import type { Picture } from './picture.ts';

/*
 * PNG files as far as Chromium's screenshots and the kept pictures need them: eight bits a channel, not interlaced. Kept pictures are written with a table of
 * 256 colours at the most, which makes them about a third as large as a screenshot and looks the same.
 */

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
/** How many bytes a pixel has, by the colour type of the header: red, green and blue; a number in the table; and the former with transparency. */
const bytesPerPixel: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 };

/** Reads a PNG. Throws an error that says what it is where the file is none, or one of a kind that is not drawn here. */
export function readPng(file: Uint8Array): Picture {
  const chunks = chunksOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  const header = chunks.find(({ kind }) => kind === 'IHDR')?.data;
  if (header === undefined) throw new Error('The picture has no header.');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = bytesPerPixel[header.readUInt8(9)];
  if (size === undefined || header.readUInt8(8) !== 8 || header.readUInt8(12) !== 0)
    throw new Error('The picture is of a kind that is not read here.');
  const packed = Buffer.concat(chunks.filter(({ kind }) => kind === 'IDAT').map(({ data }) => data));
  const bytes = unfiltered(inflateSync(packed), { width: width * size, height, size });
  return { width, height, pixels: toColors(bytes, size, chunks.find(({ kind }) => kind === 'PLTE')?.data) };
}

/** Writes a picture with 256 colours at the most; further ones become the nearest of those that occur most often. */
export function writePng(picture: Picture): Buffer {
  const { table, numbers } = fewColors(picture);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  // Every line is preceded by the number of its filter, which is none.
  const lines = Buffer.alloc((picture.width + 1) * picture.height);
  for (let y = 0; y < picture.height; y++)
    lines.set(numbers.subarray(y * picture.width, (y + 1) * picture.width), y * (picture.width + 1) + 1);
  const packed = deflateSync(lines, { level: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(table.flat())),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Chunk {
  readonly kind: string;
  readonly data: Buffer;
}

function chunksOf(file: Buffer): readonly Chunk[] {
  if (!file.subarray(0, signature.length).equals(signature)) throw new Error('The picture is no PNG.');
  const chunks: Chunk[] = [];
  for (let at = signature.length; at + 12 <= file.length;) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) throw new Error('The picture is cut off.');
    chunks.push({ kind: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function chunk(kind: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

interface Lines {
  /** Bytes of a line without the number of its filter. */
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel. */
  readonly size: number;
}

/** Takes the filters back, which say every byte by its neighbours to the left, above, and above to the left. */
function unfiltered(raw: Uint8Array, { width, height, size }: Lines): Uint8Array {
  const bytes = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (width + 1)] ?? 0;
    const [line, start] = [y * width, y * (width + 1) + 1];
    for (let x = 0; x < width; x++) {
      const left = x < size ? 0 : (bytes[line + x - size] ?? 0);
      const above = y === 0 ? 0 : (bytes[line - width + x] ?? 0);
      const corner = x < size || y === 0 ? 0 : (bytes[line - width + x - size] ?? 0);
      bytes[line + x] = (raw[start + x] ?? 0) + guess(filter, left, above, corner);
    }
  }
  return bytes;
}

function guess(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const sum = left + above - corner;
      const [a, b, c] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - corner)];
      if (a <= b && a <= c) return left;
      return b <= c ? above : corner;
    }
    default:
      throw new Error('The picture has a filter nobody knows.');
  }
}

function toColors(bytes: Uint8Array, size: number, table: Uint8Array | undefined): Uint8Array {
  if (size === 3) return bytes;
  const count = bytes.length / size;
  const pixels = new Uint8Array(count * 3);
  for (let at = 0; at < count; at++) {
    const from = size === 4 ? at * 4 : (bytes[at] ?? 0) * 3;
    const source = size === 4 ? bytes : (table ?? bytes);
    pixels.set(source.subarray(from, from + 3), at * 3);
  }
  return pixels;
}
