import { quickTexts, shownReason } from '../../../shared/text/shown-reason.ts';
import type { Words } from './preview/field-words.ts';

/** A record as its name was kept with a list or a sync; `row`: what it held, where that is known. */
interface Labelled {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly label: string;
  readonly row: Readonly<Record<string, string | null>> | null;
}

/** The name of a record as a person reads it: what the app itself wrote into it, a built-in reason or points without one, speaks the reader's language. */
export function shownLabel({ table, key, label, row }: Labelled, words: Pick<Words, 't'>): string {
  if (table === 'reason') return shownReason(words, key['id'] ?? null, label);
  if (table !== 'score_event') return label;
  // The pupil, then what the points were given for.
  const text = row?.['text'] ?? quickTexts.find((quick) => label === quick || label.endsWith(` · ${quick}`)) ?? null;
  if (text === null || !label.endsWith(text)) return label;
  return `${label.slice(0, label.length - text.length)}${shownReason(words, row?.['reason_id'] ?? null, text)}`;
}
