/** An expression of PostgreSQL as far as it is understood here: comparisons of columns with constants, joined by AND, OR and NOT. Casts are left out. */
export type SqlExpression =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'text' | 'number'; readonly value: string }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'all' | 'any'; readonly terms: readonly SqlExpression[] }
  | { readonly kind: 'not'; readonly term: SqlExpression }
  | { readonly kind: 'null'; readonly term: SqlExpression; readonly negated: boolean }
  | {
      readonly kind: 'compare';
      readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly left: SqlExpression;
      readonly right: SqlExpression;
    }
  | { readonly kind: 'among'; readonly term: SqlExpression; readonly values: readonly SqlExpression[] }
  | { readonly kind: 'call'; readonly name: string; readonly argument: SqlExpression };

type Compare = Extract<SqlExpression, { kind: 'compare' }>['operator'];

interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  readonly value: string;
}

const operators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
const typeWords: ReadonlySet<string> = new Set(['varying', 'precision', 'with', 'without', 'time', 'zone']);
/** Types a column's value is the same in. */
const keepingTypes: ReadonlySet<string> = new Set(['text', 'numeric', 'double']);
/** Longer expressions are not tried. */
const longest = 4_000;
const deepest = 40;

/** Reads an expression as `pg_get_expr` prints it; null for everything that is not understood wholly. */
export function readSqlExpression(text: string): SqlExpression | null {
  const tokens = text.length > longest ? null : tokensOf(text);
  if (tokens === null) return null;
  const reader = new Reader(tokens);
  const found = reader.disjunction(0);
  return reader.atEnd ? found : null;
}

function tokensOf(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:("(?:[^"]|"")+")|'((?:[^'\\]|'')*)'|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_$]*)|(::|<=|>=|<>|[=<>()[\],.-]))/uy;
  while (pattern.lastIndex < text.trimEnd().length) {
    const found = pattern.exec(text);
    if (found === null) return null;
    const [, quoted, constant, number, word, sign] = found;
    if (quoted !== undefined) tokens.push({ kind: 'name', value: quoted.slice(1, -1).replaceAll('""', '"') });
    else if (constant !== undefined) tokens.push({ kind: 'text', value: constant.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else tokens.push({ kind: 'sign', value: sign ?? '' });
  }
  return tokens;
}

/** Goes over the tokens once; every method answers null where something else stands than it knows. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  disjunction(depth: number): SqlExpression | null {
    return this.#joined('OR', 'any', () => this.#joined('AND', 'all', () => this.#negation(depth)));
  }

  #joined(word: string, kind: 'all' | 'any', part: () => SqlExpression | null): SqlExpression | null {
    const terms: SqlExpression[] = [];
    do {
      const term = part();
      if (term === null) return null;
      terms.push(term);
    } while (this.#takeWord(word));
    return terms.length === 1 ? (terms[0] ?? null) : { kind, terms };
  }

  #negation(depth: number): SqlExpression | null {
    if (!this.#takeWord('NOT')) return this.#comparison(depth);
    const term = this.#negation(depth);
    return term === null ? null : { kind: 'not', term };
  }

  #comparison(depth: number): SqlExpression | null {
    const left = this.#operand(depth);
    if (left === null) return null;
    if (this.#takeWord('IS')) {
      const negated = this.#takeWord('NOT');
      return this.#takeWord('NULL') ? { kind: 'null', term: left, negated } : null;
    }
    const sign = this.#tokens[this.#at];
    if (sign?.kind !== 'sign' || !operators.has(sign.value)) return left;
    this.#at += 1;
    if (sign.value === '=' && this.#takeWord('ANY')) return this.#among(left, depth);
    const right = this.#operand(depth);
    return right === null ? null : { kind: 'compare', operator: sign.value as Compare, left, right };
  }

  /** `= ANY (ARRAY[…])`, with or without casts and brackets around. */
  #among(term: SqlExpression, depth: number): SqlExpression | null {
    let open = 0;
    while (this.#take('(')) open += 1;
    if (open === 0 || !this.#takeWord('ARRAY') || !this.#take('[')) return null;
    const values: SqlExpression[] = [];
    do {
      const value = this.#operand(depth);
      if (value === null) return null;
      values.push(value);
    } while (this.#take(','));
    if (!this.#take(']') || this.#casts() === null) return null;
    for (; open > 0; open -= 1) if (!this.#take(')') || this.#casts() === null) return null;
    return { kind: 'among', term, values };
  }

  #operand(depth: number): SqlExpression | null {
    const found = this.#primary(depth);
    if (found === null) return null;
    const types = this.#casts();
    if (types === null) return null;
    const constant = found.kind === 'text' || found.kind === 'number';
    return constant || types.every((type) => keepingTypes.has(type)) ? found : null;
  }

  #primary(depth: number): SqlExpression | null {
    if (depth > deepest) return null;
    if (this.#take('(')) {
      const inner = this.disjunction(depth + 1);
      return this.#take(')') ? inner : null;
    }
    const negative = this.#take('-');
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (negative) return token?.kind === 'number' ? { kind: 'number', value: `-${token.value}` } : null;
    switch (token?.kind) {
      case 'text':
      case 'number':
        return { kind: token.kind, value: token.value };
      case 'name':
        return { kind: 'column', name: token.value };
      case 'word':
        return this.#wordy(token.value, depth);
      case 'sign':
      case undefined:
        return null;
    }
  }

  #wordy(word: string, depth: number): SqlExpression | null {
    if (word === 'true' || word === 'false') return { kind: 'truth', value: word === 'true' };
    if (/^[A-Z]+$/.test(word)) return null;
    if (!this.#take('(')) return { kind: 'column', name: word };
    const argument = this.disjunction(depth + 1);
    return argument !== null && this.#take(')') ? { kind: 'call', name: word, argument } : null;
  }

  /** Any number of `::type`: the first words of the types, or null where what follows is no type, or one with a length, which would cut the value. */
  #casts(): readonly string[] | null {
    const types: string[] = [];
    while (this.#take('::')) {
      types.push(this.#tokens[this.#at]?.value ?? '');
      if (!this.#takeName()) return null;
      while (this.#take('.')) if (!this.#takeName()) return null;
      while (typeWords.has(this.#tokens[this.#at]?.value ?? '')) this.#at += 1;
      if (this.#tokens[this.#at]?.value === '(') return null;
      while (this.#take('[')) if (!this.#take(']')) return null;
    }
    return types;
  }

  #takeName(): boolean {
    const { kind } = this.#tokens[this.#at] ?? {};
    if (kind !== 'word' && kind !== 'name') return false;
    this.#at += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.value !== word) return false;
    this.#at += 1;
    return true;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.#at += 1;
    return true;
  }
}
