import type { Readable } from 'node:stream';
import { AppError } from '../../shared/errors.ts';

type TextRow = (string | null)[];

const unescaped: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const escaped: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The longest line, in characters. */
const maxLine = 64 * 1024 * 1024;

/** The rows of a `COPY … TO STDOUT` in text format, as they arrive, in lists of at most `size`. Throws `connection-dropped` for what is no such text. */
export async function* copyRows(stream: Readable, size: number): AsyncGenerator<TextRow[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let rows: TextRow[] = [];
  for await (const chunk of stream) {
    const lines = (rest + decode(decoder, chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLine) throw new AppError('connection-dropped', { reason: 'too-much-data' });
    for (const line of lines) {
      rows.push(parseCopyLine(line));
      if (rows.length < size) continue;
      yield rows;
      rows = [];
    }
  }
  if (rest !== '') throw new AppError('connection-dropped', { reason: 'unreadable' });
  if (rows.length > 0) yield rows;
}

function decode(decoder: TextDecoder, chunk: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new AppError('connection-dropped', { reason: 'unreadable' });
  }
}

/** The cells of one line. */
export function parseCopyLine(line: string): TextRow {
  const cells = line.split('\t');
  return line.includes('\\') ? cells.map(parseCell) : cells;
}

function parseCell(cell: string): string | null {
  if (cell === '\\N') return null;
  return cell.includes('\\') ? cell.replaceAll(/\\(.)/gs, (_, letter: string) => unescaped[letter] ?? letter) : cell;
}

/** One line of a `COPY … FROM STDIN` in text format. */
export function copyLine(cells: readonly (string | null)[]): string {
  let line = '';
  let between = '';
  for (const cell of cells) {
    line += cell === null ? `${between}\\N` : between + (special.test(cell) ? escapeCell(cell) : cell);
    between = '\t';
  }
  return `${line}\n`;
}

const special = /[\\\n\r\t]/;

function escapeCell(cell: string): string {
  return cell.replaceAll(/[\\\n\r\t]/g, (letter) => escaped[letter] ?? letter);
}
