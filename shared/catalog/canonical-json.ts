import { canonicalDecimal } from './canonical-decimal.ts';

/** Deeper than any document of ours, and far from what would exhaust the stack. */
const maxDepth = 200;

/** A piece of text that is no JSON, or JSON that PostgreSQL's jsonb cannot hold. */
export class JsonTextError extends Error {}

/**
 * A JSON document as one text per value: keys sorted, the last of equal keys, no spaces, numbers by value and never through a JS number.
 * Throws `JsonTextError` for what is no JSON, is deeper than 200 levels, or holds NUL or half a surrogate pair, which jsonb refuses.
 */
export function canonicalJson(text: string): string {
  const reader = new JsonReader(text);
  return reader.document();
}

/** A reader of its own, because JSON.parse turns numbers into doubles and so loses digits. */
class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): string {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw new JsonTextError('more than one value');
    return value;
  }

  #value(depth: number): string {
    if (depth > maxDepth) throw new JsonTextError('too deep');
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return JSON.stringify(this.#string());
    return this.#word(/(?:true|false|null)/y) ?? this.#number();
  }

  #object(depth: number): string {
    const members = new Map<string, string>();
    this.#list('}', () => {
      this.#space();
      const name = this.#string();
      this.#expect(':');
      members.set(name, this.#value(depth + 1));
    });
    const sorted = [...members].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
  }

  #array(depth: number): string {
    const values: string[] = [];
    this.#list(']', () => values.push(this.#value(depth + 1)));
    return `[${values.join(',')}]`;
  }

  /** Reads what stands between the brackets, the opening one not yet consumed. */
  #list(end: string, element: () => void): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      element();
      this.#space();
      if (this.#text[this.#at] === end) break;
      this.#expect(',');
    }
    this.#at += 1;
  }

  #string(): string {
    const value = parseString(this.#word(/"(?:[^"\\]|\\.)*"/y));
    if (value === undefined || value.includes('\0') || !value.isWellFormed()) throw new JsonTextError('not text');
    return value;
  }

  #number(): string {
    const digits = this.#word(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    const value = digits === undefined ? undefined : canonicalDecimal(digits);
    if (value === undefined) throw new JsonTextError('not a value');
    return value;
  }

  #expect(character: string): void {
    this.#space();
    if (this.#text[this.#at] !== character) throw new JsonTextError(`no ${character}`);
    this.#at += 1;
  }

  #space(): void {
    this.#word(/[ \t\n\r]*/y);
  }

  #word(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function parseString(quoted: string | undefined): string | undefined {
  if (quoted === undefined) return undefined;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
