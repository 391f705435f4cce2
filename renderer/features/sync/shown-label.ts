import { builtInReasons } from '../../../shared/model/built-in-reasons.ts';
import { quickTexts, shownReason } from '../../../shared/text/shown-reason.ts';
import type { Words } from './preview/field-words.ts';

/** A record as its name was kept with a list or a sync; `row`: what it held, where that is known. */
interface Labelled {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly label: string;
  readonly row: Readonly<Record<string, string | null>> | null;
}

/** Tables whose records are called what points are called: the pupil, then what they were given for. */
const calledAsPoints: readonly string[] = ['score_event', 'score_void', 'settlement_event'];

/** The name of a record as a person reads it: what the app itself wrote into it, a built-in reason or points without one, speaks the reader's language. */
export function shownLabel({ table, key, label, row }: Labelled, words: Pick<Words, 't'>): string {
  if (table === 'reason') return shownReason(words, key['id'] ?? null, label);
  if (!calledAsPoints.includes(table)) return label;
  const text = table === 'score_event' ? row?.['text'] : undefined;
  if (typeof text !== 'string') return shownPoints(label, words);
  return label.endsWith(text) ? ended(label, text, shownReason(words, row?.['reason_id'] ?? null, text)) : label;
}

/** What points are called where only their name is known: what it ends with is taken for the app's own words where it is the same. */
export function shownPoints(label: string, words: Pick<Words, 't'>): string {
  const isEnd = (text: string): boolean => label === text || label.endsWith(` · ${text}`);
  const quick = quickTexts.find(isEnd);
  if (quick !== undefined) return ended(label, quick, shownReason(words, null, quick));
  const reason = builtInReasons.find(({ text }) => isEnd(text));
  return reason === undefined ? label : ended(label, reason.text, shownReason(words, reason.id, reason.text));
}

function ended(label: string, end: string, shown: string): string {
  return `${label.slice(0, label.length - end.length)}${shown}`;
}
