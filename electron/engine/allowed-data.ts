import type { LogData } from './log.ts';

/** The facts a log line may hold. A key that is not here is left out, so that nobody logs a name by accident. */
const allowedKeys = new Set(
  `method path issue error code stack reason sqlstate step state phase shell version
  table kind direction mode outcome server line pid port platform node device
  classId connectionId planId runId deviceId rowId session
  ms count rows bytes up down conflicts left done total attempt exitCode crashes seq
  from to committed offsetMs uncertaintyMs full restored persistent connections file schema`.split(/\s+/),
);

const maxText = 200;
const maxStack = 2000;

/** What of the data may be written: known keys, plain facts without spaces; anything else of a text becomes `…`. */
export function allowedData(data: LogData): LogData {
  const kept = Object.entries(data).filter(([key]) => allowedKeys.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, typeof value === 'string' ? allowedText(key, value) : value]),
  );
}

/** A text that is a code, an id or a number of a version; a stack may hold its spaces. */
function allowedText(key: string, value: string): string {
  if (key === 'stack') return value.replace(/[^\x20-\x7e]/g, '').slice(0, maxStack);
  return /^[\w.:@/+<>-]*$/.test(value) ? value.slice(0, maxText) : '…';
}
