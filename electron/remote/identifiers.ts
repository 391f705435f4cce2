const maxIdentifierBytes = 63;

/**
 * An identifier as it stands in SQL, always quoted. The one place where names from a catalog or from introspection become SQL.
 * Throws on what PostgreSQL would refuse or silently shorten: empty, NUL, more than 63 bytes.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name, 'utf8') > maxIdentifierBytes) {
    throw new Error('not a usable identifier');
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant as it stands in SQL, safe whatever `standard_conforming_strings` says. Throws on NUL, which PostgreSQL cannot hold. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error('NUL cannot stand in a text constant');
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

/** A text constant, or NULL. */
export function quoteLiteralOrNull(text: string | null): string {
  return text === null ? 'NULL' : quoteLiteral(text);
}

/** Several identifiers, separated by commas. */
export function identifierList(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}
