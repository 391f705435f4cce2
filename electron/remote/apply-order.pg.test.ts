import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { inOwnClass } from '../../tests/support/in-own-class.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, put, rowOf, serverRows, student, write } from '../../tests/support/remote-runs.ts';
import type { Remote } from './remote.ts';

let db: ManagedDatabase;
let remote: Remote;
let classId: string;

inOwnClass((own) => ({ db, remote, classId } = own));

async function numbers(): Promise<readonly string[]> {
  return [...(await serverRows(remote, classId)).values()].map((row) => String(row?.['number'])).toSorted();
}

/** A person with psql changes something. */
async function foreign(sql: string, params: readonly (string | null)[] = []): Promise<void> {
  await db.owner.query(sql, params);
}

const changed = (row: Row, cells: Readonly<Record<string, Cell>>): Row => ({ ...row, ...cells });

describe('unique numbers', () => {
  it.each([
    ['swapped', ['1', '2'], ['2', '1']],
    ['rotated', ['1', '2', '3'], ['2', '3', '1']],
    ['shifted', ['1', '2', '3'], ['2', '3', '4']],
    ['shifted the other way', ['1', '2', '3'], ['0', '1', '2']],
    ['given up and taken', ['1', '2'], [null, '1']],
  ])('can be %s in one run', async (_title, from, to) => {
    const rows = from.map((number) => student({ number }));
    await put(remote, classId, ...rows.map((row) => ['student', row] as const));
    const results = rows.map((row, index) => changed(row, { number: to[index] ?? null }));
    const outcome = await applyRun(
      remote,
      classId,
      rows.map((row, index) => write('student', row, results[index] ?? null)),
    );
    expect(outcome).toMatchObject({ kind: 'committed' });
    expect(await numbers()).toEqual(to.map(String).toSorted());
  });

  it('pass from a deleted student to a new one, and back on a restore', async () => {
    const old = student({ number: '7' });
    await put(remote, classId, ['student', old]);
    const deleted = changed(old, { deleted_at: '2026-11-20T09:00:00.000Z' });
    const fresh = student({ number: '7' });
    expect(
      await applyRun(remote, classId, [write('student', null, fresh), write('student', old, deleted)]),
    ).toMatchObject({ kind: 'committed' });
    const moved = changed(fresh, { number: '8' });
    expect(
      await applyRun(remote, classId, [write('student', deleted, old), write('student', fresh, moved)]),
    ).toMatchObject({ kind: 'committed' });
    expect(await numbers()).toEqual(['7', '8']);
  });

  it('pass from a row that is really deleted, whose child moves to a new parent in the same run', async () => {
    const [a, b] = [rowOf('group', { id: randomUUID(), name: 'a' }), rowOf('group', { id: randomUUID(), name: 'b' })];
    const member = student({ group_id: a['id'] ?? null, number: '7' });
    await put(remote, classId, ['group', a], ['student', member]);
    const outcome = await applyRun(remote, classId, [
      write('group', a, null),
      write('group', null, b),
      write('student', member, changed(member, { group_id: b['id'] ?? null })),
    ]);
    expect(outcome).toMatchObject({ kind: 'committed' });
  });
});

describe('a large run', () => {
  const large = 1_500;

  it('changes, deletes and adds like a small one, and reports what was already there', async () => {
    const rows = Array.from({ length: large }, (_, n) =>
      rowOf('reason', { id: randomUUID(), text: `r${n}`, sort: String(n) }),
    );
    await put(remote, classId, ...rows.map((row) => ['reason', row] as const));
    const results = rows.map((row, n) => (n % 3 === 0 ? null : n % 3 === 1 ? changed(row, { text: `R${n}` }) : row));
    const added = Array.from({ length: 10 }, () => rowOf('reason', { id: randomUUID(), text: 'new' }));
    const outcome = await applyRun(remote, classId, [
      ...rows.map((row, n) => write('reason', n % 3 === 2 ? changed(row, { text: 'old' }) : row, results[n] ?? null)),
      ...added.map((row) => write('reason', null, row)),
    ]);
    expect(outcome).toMatchObject({ kind: 'committed' });
    expect(outcome.kind === 'committed' && [outcome.written, outcome.alreadyThere.length]).toEqual([
      (large / 3) * 2 + 10,
      large / 3,
    ]);
    const there = [...(await serverRows(remote, classId)).values()].filter((row) => row !== null);
    const texts = [...results, ...added].flatMap((row) => (row === null ? [] : [String(row['text'])]));
    expect(there.map((row) => String(row['text'])).toSorted()).toEqual(texts.toSorted());
  });

  it('rotates as many numbers as there are students, and is stale as a whole when one of them moved', async () => {
    const rows = Array.from({ length: large }, (_, n) => student({ number: String(n) }));
    await put(remote, classId, ...rows.map((row) => ['student', row] as const));
    const effects = rows.map((row, n) => write('student', row, changed(row, { number: String((n + 1) % large) })));
    await foreign(`UPDATE tallybook.student SET note = 'psql' WHERE id = $1`, [rows[700]?.['id'] ?? null]);
    expect(await applyRun(remote, classId, effects)).toMatchObject({
      kind: 'stale',
      rows: [{ pk: JSON.stringify([rows[700]?.['id']]) }],
    });
    await foreign(`UPDATE tallybook.student SET note = NULL WHERE id = $1`, [rows[700]?.['id'] ?? null]);
    expect(await applyRun(remote, classId, effects)).toMatchObject({ kind: 'committed' });
    const taken = student({ number: '3' });
    expect(await applyRun(remote, classId, [write('student', null, taken)])).toMatchObject({
      kind: 'stale',
      reason: 'collision',
    });
  });
});
