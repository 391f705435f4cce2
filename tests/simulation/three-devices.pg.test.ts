import { expect, it } from 'vitest';
import { type Book, firstUpload, joinClass, startDevice } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { testDatabase } from '../support/test-database.ts';
import { converge, random, step, type Oracle } from './model.ts';

const first = Number(process.env['TALLYBOOK_SEED'] ?? 1);
const seeds = Number(process.env['TALLYBOOK_SEEDS'] ?? (process.env['TALLYBOOK_FULL'] === '1' ? 40 : 6));
const steps = 40;

async function everyEvent(
  book: Book,
): Promise<ReadonlyMap<string, { readonly delta: number; readonly voided: boolean }>> {
  const found = new Map<string, { readonly delta: number; readonly voided: boolean }>();
  const students = [
    ...(await book.call('student.list', {})).items,
    ...(await book.call('student.list', { deleted: true })).items,
  ];
  for (const { id } of students) {
    for (const event of (await book.call('score.list', { studentId: id, limit: 500 })).items)
      found.set(event.id, { delta: event.delta, voided: event.voided });
  }
  return found;
}

it.each(Array.from({ length: seeds }, (_, index) => first + index))(
  'three devices that do anything in any order end the same and lose nothing (seed %i)',
  async (seed) => {
    const database = await testDatabase();
    const next = random(seed);
    const log: string[] = [];
    await using a = await startDevice('A');
    await using b = await startDevice('B');
    await using c = await startDevice('C');
    const books = [
      await firstUpload(a, database, ['Ann', 'Ben', 'Cai', 'Dee', 'Eli', 'Fay']),
      await joinClass(b, database),
      await joinClass(c, database),
    ];
    const oracle: Oracle = { events: new Map(), voids: new Set() };
    try {
      for (let count = 0; count < steps; count += 1) await step(books[next(3)] as Book, oracle, next, log);
      expect(await converge(books, 12)).toBeLessThanOrEqual(12);
      const all = await Promise.all(books.map(everyEvent));
      for (const events of all) {
        expect([...events.keys()].toSorted()).toEqual([...oracle.events.keys()].toSorted());
        for (const [id, event] of events) {
          expect(event.delta).toBe(oracle.events.get(id));
          expect(event.voided).toBe(oracle.voids.has(id));
        }
      }
      const [one, ...others] = await Promise.all(
        books.map(async (book) => {
          const students = [
            ...(await book.call('student.list', {})).items,
            ...(await book.call('student.list', { deleted: true })).items,
          ];
          return students
            .map(({ id, name, number, group, note, tags, deleted, allTime }) => ({
              id,
              name,
              number,
              group,
              note,
              tags: tags.toSorted(),
              deleted,
              allTime,
            }))
            .toSorted((x, y) => x.id.localeCompare(y.id));
        }),
      );
      for (const other of others) expect(other).toEqual(one);
      for (const student of one ?? []) {
        const session = await openSession(database);
        const { rows } = await session.query(
          `SELECT coalesce(sum(e.delta), 0) FROM tallybook.score_event AS e WHERE e.student_id = $1 AND NOT EXISTS (SELECT 1 FROM tallybook.score_void AS v WHERE v.event_id = e.id AND v.class_id = e.class_id)`,
          [student.id],
        );
        await session.close();
        expect(Number(rows[0]?.[0])).toBe(student.allTime);
      }
    } catch (error) {
      throw new Error(`seed ${seed} (replay: TALLYBOOK_SEED=${seed} TALLYBOOK_SEEDS=1): ${log.join(', ')}`, {
        cause: error,
      });
    }
  },
  180_000,
);
