import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableOf } from './catalog.ts';
import { classroomCatalog } from './classroom.ts';
import { keyOf, pkOf } from './key.ts';

const tag = tableOf(classroomCatalog, 'student_tag');

describe('the address of a row', () => {
  it('is read back as the key it was made from', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ unit: 'binary' }), (id, text) => {
        expect(keyOf(tag, pkOf(tag, { student_id: id, tag: text }))).toEqual({ student_id: id, tag: text });
      }),
    );
  });

  it('is refused when it is not one of the table', () => {
    for (const pk of ['["a"]', '{}', '["a",1]', '["a","b","c"]']) expect(() => keyOf(tag, pk)).toThrow();
    expect(() => pkOf(tag, { student_id: 'a' })).toThrow();
  });
});
