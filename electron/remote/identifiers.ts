import { quoteIdentifier } from '../../shared/catalog/identifier.ts';

/** A text constant as it stands in SQL, safe whatever `standard_conforming_strings` says. Throws on NUL, which PostgreSQL cannot hold. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error('NUL cannot stand in a text constant');
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

/** Several identifiers, separated by commas. */
export function identifierList(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}
