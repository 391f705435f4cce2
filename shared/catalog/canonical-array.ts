/** Elements whose text would be read as something else, or fall apart, without quotes. Other spaces than these are letters to PostgreSQL. */
const needsQuotes = /^$|^null$|[{}",\\ \t\n\r\v\f]/i;

/**
 * An array of one dimension as PostgreSQL reads it, every element in its own canonical text: `{1,NULL,"a b"}`. NULL, the empty text and the word "NULL"
 * stay three things. `undefined` for what is no such array: more dimensions, other bounds than from 1, or an element without a canonical text.
 */
export function canonicalArray(text: string, element: (text: string) => string | undefined): string | undefined {
  const elements = arrayElements(text);
  if (elements === undefined) return undefined;
  const canonical = elements.map((cell) => (cell === null ? null : element(cell)));
  return canonical.includes(undefined) ? undefined : arrayText(canonical.map((cell) => cell ?? null));
}

/** The text of an array of these elements. */
export function arrayText(elements: readonly (string | null)[]): string {
  const cells = elements.map((cell) => {
    if (cell === null) return 'NULL';
    return needsQuotes.test(cell) ? `"${cell.replaceAll(/["\\]/g, (letter) => `\\${letter}`)}"` : cell;
  });
  return `{${cells.join(',')}}`;
}

/** The elements of an array as PostgreSQL prints it; `undefined` for what is none of one dimension. */
export function arrayElements(text: string): readonly (string | null)[] | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  if (text === '{}') return [];
  const elements: (string | null)[] = [];
  const end = text.length - 1;
  let at = 1;
  for (;;) {
    const cell = text[at] === '"' ? quoted(text, at) : plain(text, at);
    if (cell === undefined) return undefined;
    elements.push(cell.value);
    at = cell.end;
    if (at === end) return elements;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
}

interface Element {
  readonly value: string | null;
  readonly end: number;
}

function quoted(text: string, start: number): Element | undefined {
  const pattern = /"((?:[^"\\]|\\[\s\S])*)"/y;
  pattern.lastIndex = start;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return { value: (match[1] ?? '').replaceAll(/\\([\s\S])/g, '$1'), end: pattern.lastIndex };
}

function plain(text: string, start: number): Element | undefined {
  const pattern = /[^{}",\\ \t\n\r\v\f]+/y;
  pattern.lastIndex = start;
  const value = pattern.exec(text)?.[0];
  if (value === undefined) return undefined;
  return { value: /^null$/i.test(value) ? null : value, end: pattern.lastIndex };
}
