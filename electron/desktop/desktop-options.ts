import { parseArgs } from 'node:util';
import { language } from '../../shared/contract/app.ts';
import type { Language } from '../../shared/text/language.ts';

/** What the desktop shell is started with. */
export interface DesktopOptions {
  readonly data: string | undefined;
  readonly device: string | undefined;
  readonly lang: Language | undefined;
}

/** Reads our own options and passes over the rest: Electron, a file association and a test driver put theirs beside them. */
export function parseDesktopOptions(argv: readonly string[]): DesktopOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { data: { type: 'string' }, device: { type: 'string' }, lang: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  return { data: text(values['data']), device: text(values['device']), lang: language.safeParse(values['lang']).data };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
