import type { LogData } from './log.ts';

const maxFrames = 12;

/**
 * What the log may know of an error nobody expected: its class, its code and where it was thrown.
 * Never its message: that of a database names rows and people.
 */
export function describeError(error: unknown): LogData {
  if (!(error instanceof Error)) return { error: typeof error };
  const code =
    'code' in error && typeof error.code === 'string' && /^[\w-]{1,40}$/.test(error.code) ? error.code : null;
  return { error: /^\w{1,60}$/.test(error.name) ? error.name : 'Error', code, stack: frames(error.stack ?? '') };
}

/** The frames of a stack without folders: `add (student.ts:12:5) < handle (dispatcher.ts:40:10)`. */
function frames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .map((line) => line.replace(/^\s+at /, '').replace(/(?:file:\/\/|[A-Za-z]:)?[^\s(]*[/\\]/g, ''))
    .join(' < ');
}
