import { describe, expect, it } from 'vitest';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

/** Everything a run settles here, row for row: what the class holds, what both sides agreed on, what was seen there, marks and the recovery bin. */
const tables = ['student', 'student_tag', 'score_event', 'score_void', 'base', 'remote', 'dirty', 'recovery_bin'];

function everything(book: Book): string {
  return inClassFile(book, ({ db }) =>
    JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all())),
  );
}

/** Where the file refuses a write while a run is settled: in the first table, in the middle, and behind everything else. */
const places = {
  'a changed student': 'UPDATE ON student',
  'a removed tag': 'DELETE ON student_tag',
  'the last new point': `INSERT ON score_event WHEN NEW.text = 'last'`,
  'what is agreed on of a student': `UPDATE ON base WHEN NEW.tbl = 'student'`,
  'the plan, which is used then': `UPDATE ON plan WHEN NEW.state = 'used'`,
  'how the run ended, behind all else': `UPDATE ON run WHEN NEW.outcome IN ('completed', 'undecided')`,
};

/** A list with rows of every sort that come here: new, changed and removed ones; and one that goes there. */
async function withList(): Promise<Pair & { readonly planId: string }> {
  const both = await pair();
  const { a, b } = both;
  const { id } = await a.student('Li W');
  await a.call('student.set', { id, change: {}, tag: ['choir'] });
  await settle(a, b);
  await a.call('student.set', { id, change: { name: 'Li Wei' }, untag: ['choir'] });
  for (let count = 0; count < 5; count += 1) await a.award('Chen Yu', 1);
  await a.award('Wang Fang', 2, 'last');
  await a.sync();
  await b.award('Li W', 3, 'own');
  return { ...both, planId: (await b.preview()).planId };
}

function refuse(book: Book, place: string): void {
  inClassFile(book, ({ db }) => db.exec(`CREATE TRIGGER stop BEFORE ${place} BEGIN SELECT RAISE(ABORT, 'stop'); END`));
}

function goOn(book: Book): void {
  inClassFile(book, ({ db }) => db.exec('DROP TRIGGER stop'));
}

describe('I3: a run that cannot be settled here', () => {
  it('leaves nothing of a pull, wherever in it the file refuses a write, and all of it comes with the next one', async () => {
    await using both = await withList();
    const { a, b, planId } = both;
    const before = everything(b);
    for (const [what, place] of Object.entries(places)) {
      refuse(b, place);
      await expect(b.run('pull', planId), what).rejects.toThrow();
      goOn(b);
      expect(everything(b), what).toBe(before);
      expect((await b.call('run.list', {})).items[0], what).toMatchObject({
        outcome: 'failed',
        counts: { down: { add: 0 } },
      });
    }
    expect(await b.run('pull', planId)).toMatchObject({
      outcome: 'completed',
      counts: { down: { add: 6, update: 1, delete: 1 } },
    });
    await settle(b, a);
    await expectSame(a, b);
  });

  it.each(Object.entries(places))(
    'leaves nothing of a sync the server has, where %s is refused: it is not called failed, and its end is found out',
    async (_what, place) => {
      await using both = await withList();
      const { a, b, planId } = both;
      const before = everything(b);
      refuse(b, place);
      expect(await b.run('sync', planId)).toMatchObject({ outcome: 'checking' });
      goOn(b);
      expect(everything(b)).toBe(before);
      expect((await a.preview()).total).toBe(1);
      // By the rule of Apply: what was sent is settled, what was to come is listed again.
      const again = await b.preview();
      expect((await b.rows(again.planId)).map(({ direction }) => direction)).toEqual(
        Array.from({ length: 8 }, () => 'down'),
      );
      await settle(a, b);
      await expectSame(a, b);
      expect((await a.student('Li Wei')).allTime).toBe(3);
    },
  );
});
