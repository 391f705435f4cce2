import type { TFunction } from 'i18next';

/** What deleting students does to their points. A sum of nothing may be points given and taken away again, so it names no number. */
export function deleteText(t: TFunction, count: number, points: number): string {
  if (points === 0) return t('students:deleteAllPoints', { count });
  return t('students:deleteText', { count, points: t('common:pointsValue', { count: points }) });
}
