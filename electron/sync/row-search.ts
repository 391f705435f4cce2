import { nameKeys } from '../../shared/model/search-key.ts';
import { builtInWords } from '../engine/built-in-words.ts';

/** What stands between the parts of a label: the student, then the reason. */
const between = ' · ';

/** Search lines of the words a stored text is shown as; few texts are in use, so each is worked out once. */
const shown = new Map<string, string>();
const shownLimit = 1_000;

/** Search lines of whole labels: a list names the same pupil with the same reason again and again. */
const searched = new Map<string, string>();
const searchedLimit = 5_000;

/**
 * What a search in a list of changes looks in: the labels of a row with their readings, and the words under which people see a text of them that is stored
 * in English, in every language of the app.
 */
export function rowSearch(...labels: readonly string[]): string {
  const all = labels.join('\n');
  const found = searched.get(all);
  if (found !== undefined) return found;
  if (searched.size >= searchedLimit) searched.clear();
  const lines = linesOf(labels);
  searched.set(all, lines);
  return lines;
}

function linesOf(labels: readonly string[]): string {
  const words = labels
    .flatMap((label) => label.split(between))
    .map(shownAs)
    .filter((lines) => lines !== '');
  return [nameKeys(labels.join(' ')).search, ...words].join('\n');
}

function shownAs(part: string): string {
  const found = shown.get(part);
  if (found !== undefined) return found;
  if (shown.size >= shownLimit) shown.clear();
  const lines = builtInWords(part)
    .map((word) => nameKeys(word).search)
    .join('\n');
  shown.set(part, lines);
  return lines;
}
