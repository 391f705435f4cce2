/**
 * A table as comma-separated text (RFC 4180: CRLF, quotes doubled), with the mark by which spreadsheets recognise UTF-8.
 * A cell a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"); plain numbers stay numbers.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

function csvCell(text: string): string {
  const safe = guardedCell(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What a spreadsheet begins a formula with, also after invisible characters and in full width. */
const formula = /^[\s\p{Cf}\p{Cc}]*[=+\-@\t\r|%＝＋－＠]/u;
const number = /^[+-]?\d+(?:\.\d+)?$/;

/** A cell that no spreadsheet takes for a formula. */
function guardedCell(text: string): string {
  return formula.test(text) && !number.test(text) ? `'${text}` : text;
}

/** The same lines as spreadsheets take them from the clipboard: cells between tabs, neither tabs nor line breaks within a cell, and no formula among them. */
export function pastedText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((cell) => guardedCell(cell.replaceAll(/\s+/gu, ' '))).join('\t')).join('\n');
}
