/** Facts of a log line: numbers, codes, ids, table names. Never names of people, server messages, secrets or paths of a user. */
export type LogData = Readonly<Record<string, string | number | boolean | null>>;
/** How much a line matters. */
export type LogLevel = 'info' | 'warn' | 'error';

/** The log by allow-list: an event name and plain facts. */
export interface Log {
  write(level: LogLevel, event: string, data?: LogData): void;
}

/** One line of the log. `seq` grows by one per line; it starts anew, with the lines of earlier starts, whenever the log is opened. */
export interface LogEntry {
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly level: LogLevel;
  readonly event: string;
  readonly data: LogData;
}

/** The latest lines, kept in memory for the log page and `tallybook log`. */
export interface RecentLog {
  /** At most `limit` lines after the one numbered `after`, oldest first; without `after` the latest ones. */
  read(after: number | undefined, limit: number): readonly LogEntry[];
}
