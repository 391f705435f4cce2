import { createHash } from 'node:crypto';
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

/** The name of something that belongs to a table and its columns: at most 63 bytes and, where that would cut something off, still another name for others. */
export function objectName(parts: readonly string[], kind: string): string {
  const whole = `${parts.join('_')}_${kind}`;
  if (Buffer.byteLength(whole) <= 63) return whole;
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  return `tallybook_${digest}_${kind}`;
}
