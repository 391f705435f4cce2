/** Facts of a log line: numbers, codes, ids, table names. Never names of people, server messages, secrets or paths of a user. */
export type LogData = Readonly<Record<string, string | number | boolean | null>>;
export type LogLevel = 'info' | 'warn' | 'error';

/** The log by allow-list: an event name and plain facts. */
export interface Log {
  write(level: LogLevel, event: string, data?: LogData): void;
}
