import { isPlainText } from '../catalog/value.ts';
import { AppError } from '../errors.ts';
import { isBlank, textLimits, type TextField } from './text-limits.ts';

/**
 * A text that must say something (a name, a tag): line breaks and tabs become a space, the ends are trimmed.
 * Throws `blank-name` for nothing visible, `name-too-long`, `text-invalid`.
 */
export function requiredText(field: TextField, text: string): string {
  const tidy = oneLine(field, text);
  if (isBlank(tidy)) throw new AppError('blank-name', { field });
  refuseLonger('name-too-long', field, tidy);
  return tidy;
}

/** A line of text that may be empty. Throws `text-too-long`, `text-invalid`. */
export function shortText(field: TextField, text: string): string {
  const tidy = oneLine(field, text);
  refuseLonger('text-too-long', field, tidy);
  return isBlank(tidy) ? '' : tidy;
}

/** A text that may be missing, on one line; nothing visible counts as missing. Throws `text-too-long` (a number: `number-too-long`), `text-invalid`. */
export function optionalText(field: TextField, text: string | null | undefined): string | null {
  const tidy = oneLine(field, text ?? '');
  if (isBlank(tidy)) return null;
  refuseLonger(field === 'number' ? 'number-too-long' : 'text-too-long', field, tidy);
  return tidy;
}

/** A note: like an optional text, with its line breaks kept. */
export function optionalNote(text: string | null | undefined): string | null {
  const note = (text ?? '').trim();
  refuseUnwritable('note', note);
  if (isBlank(note)) return null;
  refuseLonger('text-too-long', 'note', note);
  return note;
}

/** A colour as `#rrggbb` in lower case. Throws `text-invalid`. */
export function hexColor(text: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(text)) throw new AppError('text-invalid', { field: 'color' });
  return text.toLowerCase();
}

function oneLine(field: TextField, text: string): string {
  refuseUnwritable(field, text);
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').trim();
}

function refuseUnwritable(field: TextField, text: string): void {
  if (!isPlainText(text)) throw new AppError('text-invalid', { field });
}

function refuseLonger(
  code: 'name-too-long' | 'text-too-long' | 'number-too-long',
  field: TextField,
  text: string,
): void {
  const max = textLimits[field];
  if (text.length <= max) return;
  const length = Array.from(text).length;
  if (length > max) throw new AppError(code, { field, max, length });
}
