import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { readEarlierLines } from './earlier-lines.ts';
import { allowedData } from './allowed-data.ts';
import type { Log, LogEntry, RecentLog } from './log.ts';

/** Where a log is written and how much is kept. */
export interface FileLogOptions {
  /** The folder `logs` of the data folder. */
  readonly folder: string;
  /** Name of the file without ending; one writer per name. */
  readonly name: string;
  readonly now: () => string;
  readonly maxBytes?: number;
  readonly keptFiles?: number;
  readonly keptLines?: number;
}

/** A log of JSON lines in a file, with the latest lines at hand. */
export interface FileLog extends Log {
  readonly recent: RecentLog;
  close(): void;
}

/**
 * Opens a log; the last lines of earlier starts come first. Writing never throws: a full disk must not stop the work the log is about.
 * At `maxBytes` the file is set aside as `name.1.log`, and so on up to `keptFiles`.
 */
export function openFileLog(options: FileLogOptions): FileLog {
  const { folder, name, now, maxBytes = 1_000_000, keptFiles = 5, keptLines = 2000 } = options;
  const lines: LogEntry[] = readEarlierLines(fileOf(0), keptLines);
  let seq = lines.length;
  let handle = tryOpen();
  let size = handle === undefined ? 0 : fstatSync(handle).size;

  function fileOf(number: number): string {
    return join(folder, number === 0 ? `${name}.log` : `${name}.${number}.log`);
  }
  function tryOpen(): number | undefined {
    return attempt(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return openSync(fileOf(0), 'a', 0o600);
    });
  }
  function rotate(): void {
    if (handle !== undefined) closeSync(handle);
    attempt(() => rmSync(fileOf(keptFiles), { force: true }));
    for (let number = keptFiles - 1; number >= 0; number -= 1)
      attempt(() => renameSync(fileOf(number), fileOf(number + 1)));
    handle = tryOpen();
    size = 0;
  }
  function append(text: string): void {
    if (size + text.length > maxBytes) rotate();
    const target = handle;
    if (target === undefined) return;
    size += attempt(() => writeSync(target, text)) ?? 0;
  }
  return {
    write(level, event, data = {}) {
      seq += 1;
      const entry: LogEntry = { seq, at: now(), level, event, data: allowedData(data) };
      lines.push(entry);
      if (lines.length > keptLines) lines.shift();
      append(`${JSON.stringify({ at: entry.at, level, event, ...entry.data })}\n`);
    },
    recent: {
      read(after, limit) {
        if (after === undefined) return lines.slice(-limit);
        return lines.filter((entry) => entry.seq > after).slice(0, limit);
      },
    },
    close() {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
    },
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
