import type { Progress } from '../../shared/contract/events.ts';
import { printable } from './printable.ts';
import type { Words } from './words.ts';

/** A stream that may be a terminal. */
export type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Where progress goes: standard error, one line that is rewritten on a terminal. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away before something else is printed. */
  clear(): void;
}

/** Progress for people: on a terminal a line that is rewritten, elsewhere one line per phase. */
export function progressLine(stream: TerminalStream, words: Words): ProgressLine {
  let shown = '';
  let phase = '';
  return {
    show: (progress) => {
      const text = describe(progress, words);
      if (stream.isTTY !== true) {
        if (phase !== progress.phase && progress.step === undefined) stream.write(`${text}\n`);
        phase = progress.phase;
        return;
      }
      stream.write(`\r\u001B[K${text}`);
      shown = text;
    },
    clear: () => {
      if (shown !== '') stream.write('\r\u001B[K');
      shown = '';
      phase = '';
    },
  };
}

/** Progress that nobody sees. */
export const silentProgress: ProgressLine = { show: () => undefined, clear: () => undefined };

function describe(progress: Progress, words: Words): string {
  const phase = words.name('phase', progress.phase);
  const { table } = progress;
  const name = table === undefined ? phase : words.t('progress.what', { phase, table: words.name('table', table) });
  const { done, total } = progress;
  if (total !== null && total > 0) return words.t('progress.of', { phase: printable(name), done, total });
  return done > 0 ? words.t('progress.count', { phase: printable(name), done }) : printable(name);
}
