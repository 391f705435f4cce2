import type { ErrorParams } from '../errors.ts';
import { shownText } from '../model/visible-text.ts';

/** What the words of an error are filled with. What is not known is left out, so that the text says so instead of showing a gap. */
export function shownParams(params: ErrorParams): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? shownText(value) : value]],
    ),
  );
}
