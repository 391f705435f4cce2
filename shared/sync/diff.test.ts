import { describe, expect, it } from 'vitest';
import type { CatalogTable } from '../catalog/catalog.ts';
import { tableOf } from '../catalog/catalog.ts';
import { classroomCatalog } from '../catalog/classroom.ts';
import { diffRow, directionOf, noHints } from './diff.ts';
import type { Row, RowOutcome, TreeRow, Trees } from './plan.ts';

const student = tableOf(classroomCatalog, 'student');
const event = tableOf(classroomCatalog, 'score_event');
const tag = tableOf(classroomCatalog, 'student_tag');
const setting = tableOf(classroomCatalog, 'class_setting');
const at = '2026-11-20T08:00:00.000Z';
const later = '2026-11-20T09:00:00.000Z';

function pupil(change: Row = {}): Row {
  return {
    id: 's1',
    name: 'Li W',
    number: '12',
    group_id: null,
    note: null,
    avatar_hash: null,
    created_at: at,
    deleted_at: null,
    deleted_by: null,
    ...change,
  };
}
function point(change: Row = {}): Row {
  return {
    id: 'e1',
    student_id: 's1',
    reason_id: null,
    text: 'Homework',
    delta: '2',
    note: null,
    at,
    by: null,
    device_id: 'd1',
    device_name: 'Room 301 PC',
    ...change,
  };
}
const trees = (base: TreeRow | undefined, local: TreeRow, server: TreeRow): Trees => ({ base, local, server });
const changeOf = (table: CatalogTable, t: Trees) => {
  const outcome = diffRow(table, t);
  if (outcome.kind !== 'change') throw new Error(`expected a change, got ${JSON.stringify(outcome)}`);
  return {
    change: outcome.change,
    restored: outcome.restored,
    direction: directionOf(table, t, outcome.result),
    result: outcome.result,
  };
};
const conflictOf = (outcome: RowOutcome) => (outcome.kind === 'conflict' ? outcome.conflict : outcome.kind);

describe('a student row', () => {
  it('is agreed when both sides hold the same, whatever the base says', () => {
    expect(diffRow(student, trees(pupil(), pupil({ name: 'Li Wei' }), pupil({ name: 'Li Wei' }))).kind).toBe('agreed');
    expect(diffRow(student, trees(undefined, pupil(), pupil())).kind).toBe('agreed');
  });

  it('goes to the server when only this PC changed it', () => {
    expect(changeOf(student, trees(pupil(), pupil({ name: 'Li Wei' }), pupil()))).toMatchObject({
      change: 'update',
      direction: 'up',
    });
  });

  it('comes to this PC when only the server changed it', () => {
    expect(changeOf(student, trees(pupil(), pupil(), pupil({ name: 'Li Wen' })))).toMatchObject({
      change: 'update',
      direction: 'down',
    });
  });

  it('merges a rename here with a group change there without a question', () => {
    const merged = changeOf(student, trees(pupil(), pupil({ name: 'Li Wei' }), pupil({ group_id: 'g1' })));
    expect(merged).toMatchObject({ change: 'update', direction: 'both' });
    expect(merged.result).toMatchObject({ name: 'Li Wei', group_id: 'g1' });
  });

  it('renamed on both sides is one conflict that shows base, here and there and has merged the rest', () => {
    const outcome = diffRow(
      student,
      trees(pupil(), pupil({ name: 'Li Wei', note: 'front row' }), pupil({ name: 'Li Wen', number: '13' })),
    );
    expect(conflictOf(outcome)).toBe('both-updated');
    if (outcome.kind !== 'conflict') return;
    expect(outcome.fields.find((field) => field.name === 'name')).toEqual({
      name: 'name',
      base: 'Li W',
      local: 'Li Wei',
      server: 'Li Wen',
      result: null,
      decided: false,
      clash: true,
    });
    expect(outcome.fields.find((field) => field.name === 'note')).toMatchObject({ result: 'front row', clash: false });
    expect(outcome.fields.find((field) => field.name === 'number')).toMatchObject({ result: '13', clash: false });
  });

  it('changed to the same value on both sides asks nothing about that column', () => {
    const merged = changeOf(student, trees(pupil(), pupil({ name: 'Li Wei', note: 'a' }), pupil({ name: 'Li Wei' })));
    expect(merged).toMatchObject({ direction: 'up' });
  });

  it('deleted here and untouched there is a delete to the server', () => {
    expect(changeOf(student, trees(pupil(), pupil({ deleted_at: later }), pupil()))).toMatchObject({
      change: 'delete',
      direction: 'up',
    });
  });

  it('deleted on both sides at different times is agreed', () => {
    expect(diffRow(student, trees(pupil(), pupil({ deleted_at: at }), pupil({ deleted_at: later }))).kind).toBe(
      'agreed',
    );
  });

  it('deleted on one side and renamed on the other is never joined silently', () => {
    expect(conflictOf(diffRow(student, trees(pupil(), pupil({ deleted_at: at }), pupil({ name: 'Li Wen' }))))).toBe(
      'deleted-here-updated-there',
    );
    expect(conflictOf(diffRow(student, trees(pupil(), pupil({ name: 'Li Wei' }), pupil({ deleted_at: at }))))).toBe(
      'updated-here-deleted-there',
    );
  });

  it('restored is an addition labelled so', () => {
    expect(changeOf(student, trees(pupil({ deleted_at: at }), pupil(), pupil({ deleted_at: at })))).toMatchObject({
      change: 'add',
      restored: true,
      direction: 'up',
    });
  });

  it('that is missing on one side is put back, because a pupil never goes missing for good', () => {
    expect(changeOf(student, trees(pupil(), pupil(), null))).toMatchObject({ change: 'add', direction: 'up' });
    expect(changeOf(student, trees(pupil(), null, pupil()))).toMatchObject({ change: 'add', direction: 'down' });
  });

  it('met for the first time with another content is a both-added conflict, and one-sided an addition', () => {
    expect(conflictOf(diffRow(student, trees(undefined, pupil({ name: 'Li Wei' }), pupil({ name: 'Li Wen' }))))).toBe(
      'both-added',
    );
    expect(changeOf(student, trees(undefined, pupil(), null))).toMatchObject({ change: 'add', direction: 'up' });
    expect(changeOf(student, trees(undefined, null, pupil()))).toMatchObject({ change: 'add', direction: 'down' });
  });

  it('takes the later note where both clocks can tell, and asks where they cannot', () => {
    const t = trees(pupil(), pupil({ note: 'a' }), pupil({ note: 'b' }));
    expect(conflictOf(diffRow(student, t))).toBe('both-updated');
    const outcome = diffRow(student, t, { ...noHints, newer: 'server' });
    expect(outcome.kind === 'change' && outcome.result).toMatchObject({ note: 'b' });
  });
});

describe('a student row the server lost', () => {
  const lost = (base: TreeRow | undefined, local: TreeRow, gone: TreeRow) =>
    diffRow(student, trees(base, local, null), { ...noHints, newer: 'server', gone });

  it('comes back as the server had it last, with what only this PC changed', () => {
    expect(lost(pupil(), pupil(), pupil({ name: 'Li Wei' }))).toMatchObject({ result: { name: 'Li Wei' } });
    expect(lost(pupil(), pupil({ note: 'a' }), pupil({ name: 'Li Wei' }))).toMatchObject({
      kind: 'change',
      result: { name: 'Li Wei', note: 'a' },
    });
    expect(lost(pupil(), pupil({ name: 'Li Wei' }), pupil())).toMatchObject({ result: { name: 'Li Wei' } });
    expect(lost(undefined, pupil(), pupil())).toMatchObject({ kind: 'change', change: 'add', result: pupil() });
  });

  it('asks where the server had another value and nothing says that this PC had seen it', () => {
    const gone = pupil({ name: 'Li Wei' });
    const unknown = lost(undefined, pupil(), gone);
    expect(unknown).toMatchObject({ kind: 'conflict', conflict: 'both-added', gone });
    if (unknown.kind === 'conflict')
      expect(unknown.fields.filter(({ clash }) => clash)).toMatchObject([
        { name: 'name', local: 'Li W', server: 'Li Wei' },
      ]);
    expect(conflictOf(lost(pupil(), pupil({ name: 'Li Wen' }), gone))).toBe('both-updated');
    expect(conflictOf(lost(pupil(), pupil({ deleted_at: at }), gone))).toBe('deleted-here-updated-there');
  });

  it('asks about a note as well: when the row was lost says nothing of when the note was written', () => {
    expect(conflictOf(lost(pupil(), pupil({ note: 'a' }), pupil({ note: 'b' })))).toBe('both-updated');
  });

  it('is deleted here where it was deleted there before it got lost, and restored where it was restored', () => {
    const deleted = pupil({ deleted_at: at });
    const bothWays = (outcome: ReturnType<typeof lost>, local: TreeRow) => {
      expect(outcome.kind === 'change' && directionOf(student, trees(undefined, local, null), outcome.result)).toBe(
        'both',
      );
      return outcome;
    };
    expect(bothWays(lost(pupil(), pupil(), deleted), pupil())).toMatchObject({
      change: 'delete',
      result: deleted,
      gone: deleted,
      fields: [{ name: 'deleted_at', base: null, local: null, server: at, result: at }],
    });
    expect(bothWays(lost(deleted, deleted, pupil()), deleted)).toMatchObject({
      change: 'add',
      restored: true,
      result: pupil(),
      fields: [{ name: 'deleted_at', local: at, server: null, result: null }],
    });
    // A name somebody changed there is a change as before.
    expect(lost(pupil(), pupil({ note: 'a' }), pupil({ name: 'Li Wei' }))).toMatchObject({ change: 'update' });
  });

  it('is a new one after both sides agreed that it is gone', () => {
    expect(lost(null, pupil(), pupil({ name: 'Li Wei' }))).toMatchObject({ kind: 'change', result: pupil() });
  });
});

describe('a score event', () => {
  it('missing on one side is put back, never deleted', () => {
    expect(changeOf(event, trees(point(), null, point()))).toMatchObject({ change: 'add', direction: 'down' });
    expect(changeOf(event, trees(point(), point(), null))).toMatchObject({ change: 'add', direction: 'up' });
  });

  it('whose content differs is an integrity conflict that recommends this PC', () => {
    const outcome = diffRow(event, trees(point(), point(), point({ delta: '5' })));
    expect(outcome).toMatchObject({ kind: 'conflict', conflict: 'integrity', recommended: 'local' });
  });
});

describe('a tag', () => {
  const row: Row = { student_id: 's1', tag: 'choir' };
  it('removed on one side is removed on the other', () => {
    expect(changeOf(tag, trees(row, null, row))).toMatchObject({ change: 'delete', direction: 'up' });
    expect(changeOf(tag, trees(row, row, null))).toMatchObject({ change: 'delete', direction: 'down' });
  });
  it('met for the first time on one side only is an addition, never a removal', () => {
    expect(changeOf(tag, trees(undefined, row, null))).toMatchObject({ change: 'add', direction: 'up' });
    expect(changeOf(tag, trees(undefined, null, row))).toMatchObject({ change: 'add', direction: 'down' });
  });
  it('added again after an agreed removal is an addition', () => {
    expect(changeOf(tag, trees(null, row, null))).toMatchObject({ change: 'add', direction: 'up' });
  });
});

describe('a setting', () => {
  it('changed on one side and removed on the other is a conflict', () => {
    const base: Row = { key: 'a', value: '1' };
    expect(conflictOf(diffRow(setting, trees(base, { key: 'a', value: '2' }, null)))).toBe(
      'updated-here-deleted-there',
    );
    expect(conflictOf(diffRow(setting, trees(base, null, { key: 'a', value: '2' })))).toBe(
      'deleted-here-updated-there',
    );
  });
});

describe('the truth table', () => {
  const versions = (table: CatalogTable): readonly TreeRow[] =>
    table === tag
      ? [null, { student_id: 's1', tag: 'choir' }]
      : table === event
        ? [null, point(), point({ delta: '5' })]
        : [
            null,
            pupil(),
            pupil({ name: 'A' }),
            pupil({ name: 'B' }),
            pupil({ note: 'n' }),
            pupil({ deleted_at: at }),
            pupil({ deleted_at: later, name: 'A' }),
          ];
  const mirror = { up: 'down', down: 'up', both: 'both' } as const;
  const mirrorConflict: Readonly<Record<string, string>> = {
    'updated-here-deleted-there': 'deleted-here-updated-there',
    'deleted-here-updated-there': 'updated-here-deleted-there',
  };

  it('is symmetric: exchanging the sides exchanges the directions and nothing else', () => {
    let cases = 0;
    for (const table of [student, event, tag]) {
      const all = versions(table);
      for (const base of [undefined, ...all]) {
        for (const local of all) {
          for (const server of all) {
            cases += 1;
            const one = diffRow(table, trees(base, local, server));
            const other = diffRow(table, trees(base, server, local));
            expect(other.kind).toBe(one.kind);
            if (one.kind === 'conflict' && other.kind === 'conflict')
              expect(other.conflict).toBe(mirrorConflict[one.conflict] ?? one.conflict);
            if (one.kind === 'change' && other.kind === 'change') {
              // Where both sides deleted, the server's time of deletion is taken: the one rule that prefers a side.
              if (local?.['deleted_at'] != null && server?.['deleted_at'] != null) continue;
              const there = directionOf(table, trees(base, local, server), one.result);
              const here = directionOf(table, trees(base, server, local), other.result);
              expect(here).toBe(there === null ? null : mirror[there]);
            }
          }
        }
      }
    }
    expect(cases).toBe(8 * 7 * 7 + 4 * 3 * 3 + 3 * 2 * 2);
  });

  it('never lists a change that would write nowhere, and never loses a live row without a base that had it', () => {
    for (const table of [student, event, tag]) {
      const all = versions(table);
      for (const base of [undefined, ...all]) {
        for (const local of all) {
          for (const server of all) {
            const t = trees(base, local, server);
            const outcome = diffRow(table, t);
            if (outcome.kind !== 'change') continue;
            expect(directionOf(table, t, outcome.result)).not.toBeNull();
            if (outcome.result === null) expect(base).not.toBeUndefined();
          }
        }
      }
    }
  });
});
