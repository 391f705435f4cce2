import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { guardsOf, isMassChange } from './guards.ts';

describe('a mass change', () => {
  it('is more than fifty rows, or more than a fifth of a table and at least five rows', () => {
    expect(isMassChange(4, 4)).toBe(false);
    expect(isMassChange(5, 25)).toBe(false);
    expect(isMassChange(5, 24)).toBe(true);
    expect(isMassChange(50, 1_000)).toBe(false);
    expect(isMassChange(51, 1_000)).toBe(true);
  });
});

describe('the guards', () => {
  const guards = (side: 'up' | 'down', deletes: number, overwrites: number, live: number, table = 'student') =>
    guardsOf(classroomCatalog, table, side, { deletes, overwrites }, live).map(({ id }) => id);

  it('ask about many deletions and many replaced rows that would come to this PC', () => {
    expect(guards('down', 10, 0, 30)).toEqual(['mass-delete']);
    expect(guards('down', 0, 10, 30)).toEqual(['mass-overwrite']);
    expect(guards('down', 2, 2, 30)).toEqual([]);
  });

  it('do not ask again about deletions made on this PC', () => {
    expect(guards('up', 10, 0, 30)).toEqual([]);
  });

  it('always ask when a side would be left empty', () => {
    expect(guards('up', 30, 0, 30)).toEqual(['empty-side']);
    expect(guards('down', 3, 0, 3)).toEqual(['empty-side']);
  });

  it('ask about many removed tags on either side, because a removed tag cannot be restored', () => {
    expect(guards('up', 51, 0, 400, 'student_tag')).toEqual(['mass-delete']);
  });
});
