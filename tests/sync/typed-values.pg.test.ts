import { describe, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, placeOf, settle } from '../support/pair.ts';

/** One student renamed on both devices: a conflict on the second. */
async function renamedOnBoth(
  a: Book,
  b: Book,
): Promise<{ readonly id: string; readonly planId: string; readonly ordinal: number }> {
  const { id } = await a.student('Li W');
  await a.call('student.set', { id, change: { name: 'Li Wei' } });
  await b.call('student.set', { id, change: { name: 'Li Wen' } });
  await a.sync();
  const { planId } = await b.preview();
  const [row] = await b.rows(planId);
  return { id, planId, ordinal: row?.ordinal ?? -1 };
}

describe('values typed for a conflict', () => {
  it('are held to the same rules as values typed in a form, and a refused one leaves the question open', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id, planId, ordinal } = await renamedOnBoth(a, b);
    const typed = (fields: Record<string, { value: string | null }>) =>
      b.call('plan.decide', {
        planId,
        target: { ordinals: [ordinal] },
        choice: 'merge',
        fields: { name: 'local', ...fields },
      });
    const refused: readonly (readonly [Record<string, { value: string | null }>, string])[] = [
      [{ name: { value: 'x'.repeat(300) } }, 'name-too-long'],
      [{ name: { value: ' \u200b ' } }, 'blank-name'],
      [{ name: { value: 'a\0b' } }, 'text-invalid'],
      [{ name: { value: null } }, 'value-refused'],
      [{ number: { value: '1'.repeat(60) } }, 'number-too-long'],
      [{ group_id: { value: '01900000-0000-7000-8000-00000000dead' } }, 'resolve-invalid'],
      [{ created_at: { value: 'yesterday' } }, 'resolve-invalid'],
      [{ deleted_at: { value: '2026-01-01T00:00:00Z' } }, 'resolve-invalid'],
      [{ avatar_hash: { value: 'none' } }, 'resolve-invalid'],
      [{ id: { value: '01900000-0000-7000-8000-00000000dead' } }, 'resolve-invalid'],
      [{ constructor: { value: 'x' } }, 'resolve-invalid'],
    ];
    for (const [fields, code] of refused)
      await expect(typed(fields), JSON.stringify(fields)).rejects.toMatchObject({ code });
    expect((await b.call('plan.show', { planId })).undecided).toBe(1);
    await b.call('plan.decide', {
      planId,
      target: { ordinals: [ordinal] },
      choice: 'merge',
      fields: { name: { value: ' Li\tWang ' }, number: { value: ' 7 ' } },
    });
    expect((await b.run('sync', planId)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Li Wang')).toMatchObject({ id, number: '7' });
  });

  it('that somebody has on the server only are refused when they are typed', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', {
      students: [
        { name: 'Ada', number: '30' },
        { name: 'Dan', number: '31' },
      ],
    });
    await b.call('student.add', { students: [{ name: 'Ben', number: '30' }] });
    await a.sync();
    const plan = await b.preview();
    const ordinal = await placeOf(b, plan.planId, 'Ben · 30');
    const rename = (value: string) =>
      b.call('plan.decide', {
        planId: plan.planId,
        target: { ordinals: [ordinal] },
        choice: 'rename',
        fields: { number: { value } },
      });
    await expect(rename('31')).rejects.toMatchObject({
      code: 'resolve-invalid',
      params: { reason: 'value-taken', column: 'number', value: '31', holder: 'Dan' },
    });
    await rename('32');
    expect((await b.run('sync', plan.planId)).outcome).toBe('completed');
  });

  it('that somebody here has taken since are asked about again', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await b.call('student.add', { students: [{ name: 'Ben', number: '30' }] });
    await a.sync();
    const plan = await b.preview();
    await b.call('plan.decide', {
      planId: plan.planId,
      target: { ordinals: [await placeOf(b, plan.planId, 'Ben · 30')] },
      choice: 'rename',
      fields: { number: { value: '31' } },
    });
    await b.call('student.add', { students: [{ name: 'Cid', number: '31' }] });
    const again = await b.preview();
    expect(again.undecided).toBe(1);
    const run = await b.run('sync', again.planId);
    expect(run).toMatchObject({ outcome: 'undecided' });
    expect(await b.student('Cid')).toMatchObject({ number: '31' });
  });
});

describe('decisions and what hangs on them', () => {
  it("taking the server's version waits for a group that was unticked, and the other rows go on", async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei', group: 'Blue' } });
    await a.award('Chen Yu', 2);
    await b.call('student.set', { id, change: { name: 'Li Wen' } });
    await a.sync();
    const { planId } = await b.preview();
    await b.call('plan.decide', { planId, target: { ordinals: [await placeOf(b, planId, 'Blue')] }, include: false });
    await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'server' });
    const run = await b.run('sync', planId);
    expect(run).toMatchObject({ outcome: 'undecided', counts: { down: { add: 1 } } });
    expect(run.left.map(({ table, reason }) => `${table} ${reason}`).toSorted()).toEqual([
      'group unticked',
      'student blocked',
    ]);
    expect((await b.student('Chen Yu')).allTime).toBe(2);
    // Keeping this PC's needs no group and waits for nothing.
    const next = run.nextPlanId ?? '';
    await b.call('plan.decide', { planId: next, target: { filter: { kinds: ['conflict'] } }, choice: 'local' });
    expect(await b.run('sync', next)).toMatchObject({ outcome: 'undecided', counts: { up: { update: 1 } } });
  });

  it('many deletions decided at once are asked about again', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `Student ${index}`);
    await using both = await pair(names);
    const { a, b } = both;
    for (const name of names.slice(0, 6)) {
      await a.call('student.delete', { ids: [(await a.student(name)).id] });
      await b.award(name, 1);
    }
    await a.sync({ allowMassChange: true });
    const { planId } = await b.preview();
    await expect(b.run('sync', planId, { conflicts: 'server' })).rejects.toMatchObject({
      code: 'guard-refused',
      params: { table: 'student', count: 6 },
    });
    expect((await b.call('student.list', {})).items).toHaveLength(8);
    expect(await b.run('sync', planId, { allowMassChange: true })).toMatchObject({
      outcome: 'completed',
      counts: { down: { delete: 6 } },
    });
  });
});
