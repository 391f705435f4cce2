/**
 * An identifier as SQL reads it in SQLite and PostgreSQL alike: always quoted, so that `group` is a name and nothing else.
 * Refuses what PostgreSQL would cut (more than 63 bytes) or cannot hold. Names come from a catalog or from introspection, never from people.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0') || utf8Length(name) > 63) throw new Error('not an identifier');
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Whether a catalog may use a name: letters of any script, digits, underscores, blanks and hyphens, at most 63 bytes. Quotes, backslashes, `$` and `%` mean something
 * in the statements of the journal, and nobody misses them in a name.
 */
export function isIdentifier(name: string): boolean {
  return /^[\p{L}_](?:[\p{L}\p{M}\p{N}_ -]*[\p{L}\p{M}\p{N}_])?$/u.test(name) && utf8Length(name) <= 63;
}

/** Bytes a text has in UTF-8, which is how PostgreSQL measures names. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
