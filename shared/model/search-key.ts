import { pinyin } from 'pinyin-pro';

/** How a name is found and ordered. */
export interface NameKeys {
  /** Lines to look in, lower-case: the name, the name without accents, pinyin with and without spaces, initials. */
  readonly search: string;
  /** Compares by code unit into the order of a class list: Chinese names by the reading of their surname, digits by value. */
  readonly sortKey: string;
}

const known = new Map<string, NameKeys>();
const knownLimit = 5_000;

/** The keys of a name. Readings are remembered, because a class is listed far more often than it changes. */
export function nameKeys(name: string): NameKeys {
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size >= knownLimit) known.clear();
  const made = makeKeys(name);
  known.set(name, made);
  return made;
}

/** What a search for a student looks in: the lines of the name, and the number. */
export function searchKey(name: string, number: string | null): string {
  return number === null ? nameKeys(name).search : `${nameKeys(name).search}\n${foldText(number)}`;
}

/** A text as searches compare it: full-width letters as plain ones, lower-case. A search key holds another if it includes its folded text. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}

/** Whether a search key holds what a person typed. Nothing typed is held by everything. */
export function matchesSearch(key: string, typed: string): boolean {
  return key.includes(foldText(typed));
}

function makeKeys(name: string): NameKeys {
  const folded = foldText(name);
  const syllables = readSyllables(folded);
  const spaced = withoutAccents(syllables.join(' '));
  const lines = [folded, withoutAccents(folded), spaced, spaced.replaceAll(' ', ''), initials(spaced)];
  return {
    search: [...new Set(lines)].filter((line) => line !== '').join('\n'),
    // The name itself at the end decides between names that sound alike, so that the order never depends on who came first.
    sortKey: `${padDigits(spaced)}\n${name}`,
  };
}

/** The words of a name as they are spoken: each Chinese character by its pinyin, read as a surname where it is one, other words as they are. */
function readSyllables(name: string): readonly string[] {
  if (!/\p{Script=Han}/u.test(name)) return name.split(/\s+/);
  const parts = pinyin(name, { surname: 'head', toneType: 'none', type: 'all', v: true });
  const words: string[] = [];
  let plain = '';
  for (const { origin, pinyin: reading, isZh } of parts) {
    if (!isZh && origin.trim() !== '') plain += origin;
    else {
      if (plain !== '') words.push(plain);
      plain = '';
      if (isZh) words.push(reading);
    }
  }
  return plain === '' ? words : [...words, plain];
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{M}+/gu, '');
}

function initials(spaced: string): string {
  return spaced
    .split(' ')
    .map((word) => Array.from(word)[0] ?? '')
    .join('');
}

function padDigits(text: string): string {
  return text.replace(/\d+/g, (digits) => digits.padStart(10, '0'));
}
