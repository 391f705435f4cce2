import { expect, it } from 'vitest';
import { lookAtBothSides } from '../support/both-sides.ts';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

/** What somebody does to the tables between the list and the run, what the run says, what the next list says, and what puts it right. */
const alterations = [
  [
    'a column that is sent is gone',
    'ALTER TABLE tallybook.student DROP COLUMN note',
    'schema-damaged',
    'missing-column',
    'ALTER TABLE tallybook.student ADD COLUMN note text',
  ],
  [
    'a column wants a value nobody knows',
    `ALTER TABLE tallybook.student ADD COLUMN house text; UPDATE tallybook.student SET house = 'red'; ALTER TABLE tallybook.student ALTER COLUMN house SET NOT NULL`,
    'constraint-failed',
    'column-required',
    'ALTER TABLE tallybook.student DROP COLUMN house',
  ],
  [
    'the table of points is gone',
    'ALTER TABLE tallybook.score_event RENAME TO points',
    'schema-missing',
    'missing-table',
    'ALTER TABLE tallybook.points RENAME TO score_event',
  ],
] as const;

it.each(alterations)(
  'a list made before the tables were altered writes nothing where %s: that is said, the next list names it, and all goes once it is mended',
  async (_what, alter, said, named, mend) => {
    await using both = await pair();
    const { a, b, database } = both;
    await using sides = await lookAtBothSides(database, b.classId);
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wei', note: 'quiet' } });
    await b.call('student.add', { students: [{ name: 'New' }] });
    await b.award('Chen Yu', 2);
    const { planId } = await b.preview();
    const [here, there] = [sides.local(b.device.folder), await sql(database.config, 'TABLE tallybook.row_state')];
    await sql(database.config, alter);
    const end = await b.run('apply', planId).then(
      ({ outcome, error }) => [outcome, error?.code],
      (error: unknown) => ['refused', (error as { readonly code?: string }).code],
    );
    expect(end).toEqual(['refused', said]);
    expect(sides.local(b.device.folder)).toEqual(here);
    expect((await b.preview()).checks).toContainEqual(
      expect.objectContaining({ id: 'tables', state: 'failed', code: named }),
    );
    await sql(database.config, mend);
    expect(await sql(database.config, 'TABLE tallybook.row_state')).toEqual(there);
    await settle(b, a);
    expect(await sides.difference(b.device.folder)).toBeNull();
    expect(await sides.difference(a.device.folder)).toBeNull();
  },
);
