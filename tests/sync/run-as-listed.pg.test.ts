import { expect, it } from 'vitest';
import type { PlanRowItem, RunResult } from '../../shared/contract/sync.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

/** What a list says of its rows, by side: the kind of each write, and what the columns that differ become. */
function listed(rows: readonly PlanRowItem[]): readonly string[] {
  return rows
    .filter(({ included }) => included)
    .flatMap((row) => {
      const { table, key, direction, kind, fields, sides } = row;
      const line = (side: 'up' | 'down'): string => {
        if (sides !== null)
          return `${side} ${table} ${JSON.stringify(key)} ${changes(sides[side].before, sides[side].after)}`;
        const from = side === 'up' ? 'server' : 'local';
        const gone = kind === 'delete' && fields.every(({ result }) => result === null);
        const cells = fields.filter((field) => field[from] !== field.result || gone);
        const after = gone
          ? ''
          : cells
              .map(({ name, result }) => `${name}=${result}`)
              .toSorted()
              .join(' ');
        return `${side} ${table} ${JSON.stringify(key)} ${after}`;
      };
      if (direction === 'both') return [line('up'), line('down')];
      return [line(direction)];
    })
    .toSorted();
}

type Cells = Readonly<Record<string, string | null>> | null;

function changes(before: Cells, after: Cells): string {
  if (after === null) return '';
  return Object.entries(after)
    .filter(([name, cell]) => cell !== (before?.[name] ?? null))
    .map(([name, cell]) => `${name}=${cell}`)
    .toSorted()
    .join(' ');
}

/** What a run says it wrote, in the same words. */
async function written(book: Book, { runId }: RunResult): Promise<readonly string[]> {
  const rows = await book.written(runId);
  return rows
    .map(({ side, table, key, before, after }) => {
      const cells = Object.fromEntries(Object.entries(after ?? {}).filter(([name]) => !Object.hasOwn(key, name)));
      return `${side} ${table} ${JSON.stringify(key)} ${changes(before, after === null ? null : cells)}`;
    })
    .toSorted();
}

async function change(book: Book, name: string, values: { readonly name?: string; readonly note?: string }) {
  await book.call('student.set', { id: (await book.student(name)).id, change: values });
}

/** Changes of every kind on both sides, questions among them; `b` is the device that is going to sync. */
async function changeBoth({ a, b }: Pair): Promise<void> {
  await change(a, 'Merged', { note: 'there' });
  await change(b, 'Merged', { name: 'Merged here' });
  await change(a, 'Asked', { name: 'Asked there' });
  await change(b, 'Asked', { name: 'Asked here' });
  await a.call('student.delete', { ids: [(await a.student('Gone there')).id] });
  await b.call('student.delete', { ids: [(await b.student('Gone here')).id] });
  await a.call('student.delete', { ids: [(await a.student('Kept here')).id] });
  await b.award('Kept here', 2);
  await a.call('student.add', { students: [{ name: 'New there', tags: ['choir'] }] });
  await b.call('student.add', { students: [{ name: 'New here', tags: ['front'] }] });
  for (const book of [a, b]) await book.award('Merged' + (book === b ? ' here' : ''), 3);
  await a.sync();
}

it.each(['sync', 'apply', 'pull'] as const)(
  'R6: a %s wrote the rows its list said, row for row, and so did taking it back, and taking that back',
  async (mode) => {
    await using both = await pair(['Merged', 'Asked', 'Gone there', 'Gone here', 'Kept here']);
    const { a, b } = both;
    await changeBoth(both);
    const plan = await b.preview();
    const target = { filter: { kinds: ['conflict' as const] } };
    await b.call('plan.decide', { planId: plan.planId, target, choice: mode === 'pull' ? 'server' : 'local' });
    const rows = await b.rows(plan.planId);
    const run = await b.run(mode, plan.planId, { allowMassChange: true });
    const own = mode === 'apply' ? 'up ' : mode === 'pull' ? 'down ' : '';
    const said = listed(rows).filter((line) => line.startsWith(own));
    expect(await written(b, run)).toEqual(said);

    const undo = await b.call('run.undo', { runId: run.runId });
    const undoRows = await b.rows(undo.planId);
    expect(undoRows.filter(({ left }) => left !== null)).toEqual([]);
    const undone = await b.run('sync', undo.planId, { allowMassChange: true });
    expect(undone).toMatchObject({ outcome: 'completed', left: [] });
    expect(await written(b, undone)).toEqual(listed(undoRows));

    // Taken back once more: points stay taken back, and it says so; everything else is as the sync had left it.
    const again = await b.call('run.undo', { runId: undone.runId });
    const againRows = await b.rows(again.planId);
    const stays = againRows.filter(({ left }) => left !== null);
    expect(stays.map(({ table, left }) => [table, left])).toEqual(
      mode === 'pull'
        ? // The student with points that no list has sent yet: hiding him would take them out of sight.
          [['student', 'new-child']]
        : undoRows.filter(({ table }) => table === 'score_void').map(() => ['score_void', 'stays-void']),
    );
    const { sections } = await b.call('plan.index', { planId: again.planId });
    expect(sections.some(({ key }) => key === 'kept')).toBe(stays.length > 0);
    const redone = await b.run('sync', again.planId, { allowMassChange: true });
    expect(redone.left.map(({ reason }) => reason)).toEqual(stays.map(({ left }) => left));
    expect(await written(b, redone)).toEqual(listed(againRows));
    const afterwards = async (): Promise<string> =>
      JSON.stringify((await b.call('student.list', {})).items.map(({ name, note, tags }) => [name, note, tags]));
    expect(await afterwards()).toContain(mode === 'pull' ? 'Asked there' : 'Asked here');
    await b.call('plan.decide', { planId: (await b.preview()).planId, target, choice: 'local' });
    await settle(a, b);
    for (const book of [a, b]) {
      const { planId, undecided } = await book.preview();
      if (undecided > 0) await book.call('plan.decide', { planId, target, choice: 'local' });
      await book.run('sync', planId, { allowMassChange: true });
    }
    await settle(a, b);
    await expectSame(a, b);
  },
);

it('what “Pull and replace” dropped comes back when it is taken back: unsent again, and what was edited since stays', async () => {
  await using both = await pair(['Dropped', 'Edited', 'Theirs']);
  const { a, b } = both;
  await change(b, 'Dropped', { name: 'Dropped here' });
  await change(b, 'Edited', { name: 'Edited here' });
  await b.award('Dropped here', 5);
  await change(a, 'Theirs', { note: 'there' });
  await a.sync();
  const replace = await b.call('sync.previewReplace', { connectionId: b.connectionId });
  const run = await b.run('pull', replace.planId, { allowMassChange: true });
  expect(run.outcome).toBe('completed');
  expect((await b.student('Dropped')).allTime).toBe(0);
  await change(b, 'Edited', { note: 'since' });
  const undo = await b.call('run.undo', { runId: run.runId });
  const lines = (await b.rows(undo.planId)).map(({ label, left }) => [label, left]);
  expect(lines).toHaveLength(4);
  expect(lines.filter(([, left]) => left !== null)).toEqual([['Edited here', 'changed-since']]);
  await b.run('sync', undo.planId, { allowMassChange: true });
  expect(await b.student('Dropped here')).toMatchObject({ allTime: 5 });
  expect(await b.student('Edited')).toMatchObject({ note: 'since' });
  const next = await b.rows((await b.preview()).planId);
  expect(next.map(({ label, direction, by }) => [label, direction, by.local ?? by.server]).toSorted(byFirst)).toEqual([
    ['Dropped here', 'up', 'Office PC'],
    ['Dropped here · Homework', 'up', 'Office PC'],
    ['Edited', 'up', 'Office PC'],
    ['Theirs', 'down', 'Room 301 PC'],
  ]);
  await settle(b, a);
  await expectSame(a, b);
});

function byFirst([a = '']: readonly (string | null)[], [b = '']: readonly (string | null)[]): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

it('a run of another device is not known here, and says so', async () => {
  await using both = await pair(['Ada']);
  const { a, b } = both;
  await change(a, 'Ada', { note: 'there' });
  const { runId } = await a.sync();
  await expect(b.call('run.undo', { runId })).rejects.toMatchObject({ code: 'not-found' });
});

it.each([
  ['apply', 'down'],
  ['pull', 'up'],
] as const)(
  'what a run does not carry out waits for the next one, where the rest of its table goes: %s',
  async (mode, other) => {
    await using both = await pair(['Ann']);
    const { a, b } = both;
    for (const delta of [1, 2, 3]) await a.award('Ann', delta);
    await a.sync();
    for (const delta of [4, 5, 6]) await b.award('Ann', delta);
    const { planId, total } = await b.preview();
    expect(total).toBe(6);
    await b.award('Ann', 7);
    expect(await b.run(mode, planId)).toMatchObject({ outcome: 'completed' });
    const next = await b.preview();
    expect((await b.rows(next.planId)).map(({ direction }) => direction).toSorted()).toEqual(
      [other, other, other, 'up'].toSorted(),
    );
    await b.run('sync', next.planId);
    await settle(a, b);
    await expectSame(a, b);
  },
);
