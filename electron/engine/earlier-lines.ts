import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { allowedData } from './allowed-data.ts';
import type { LogEntry } from './log.ts';

/** The end of a log file that is read when the log is opened. */
const tailBytes = 512_000;

const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const line = z
  .object({ at: z.string().max(40), level: z.enum(['info', 'warn', 'error']), event: z.string().max(100) })
  .catchall(fact);

/** The last lines earlier starts wrote to a log file, at most `limit`, numbered from 1. Lines that are not ours or only half written are passed over. */
export function readEarlierLines(file: string, limit: number): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const text of readTail(file).split('\n')) {
    const parsed = line.safeParse(parse(text));
    if (!parsed.success) continue;
    const { at, level, event, ...data } = parsed.data;
    entries.push({ seq: 0, at, level, event, data: allowedData(data) });
  }
  return entries.slice(-limit).map((entry, index) => ({ ...entry, seq: index + 1 }));
}

function readTail(file: string): string {
  try {
    const handle = openSync(file, 'r');
    try {
      const { size } = fstatSync(handle);
      const buffer = Buffer.alloc(Math.min(size, tailBytes));
      const length = readSync(handle, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8', 0, length);
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
