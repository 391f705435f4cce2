import { describe, expect, it } from 'vitest';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { PlanRowItem } from '../../shared/contract/sync.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

type Choice = NonNullable<ParsedParams<'plan.decide'>['choice']>;

/** Every kind of question, with every answer it can be given. Labels begin with the kind and the answer. */
const kinds = {
  'both renamed': ['local', 'server', 'merge', 'both'],
  'renamed here, deleted there': ['local', 'server', 'both'],
  'deleted here, renamed there': ['local', 'server'],
  'points here, deleted there': ['local', 'server'],
  'deleted here, points there': ['local', 'server'],
  'new with one number': ['server', 'rename', 'both', 'adopt'],
  'got one number': ['server', 'rename', 'both'],
  'rewritten there': ['local', 'server'],
} as const satisfies Readonly<Record<string, readonly Choice[]>>;

interface Case {
  readonly kind: keyof typeof kinds;
  readonly choice: Choice;
  readonly name: string;
  readonly number: string;
}

const cases: readonly Case[] = Object.entries(kinds)
  .flatMap(([kind, choices]) => choices.map((choice) => ({ kind: kind as keyof typeof kinds, choice })))
  .map((one, index) => ({ ...one, name: `${one.kind}: ${one.choice}`, number: String(100 + index) }));

/** Students that are there before anybody changes anything. */
const students = cases.flatMap(({ kind, name }) => {
  if (kind === 'new with one number') return [];
  return kind === 'got one number' ? [`${name}, here`, `${name}, there`] : [name];
});

async function idOf(book: Book, name: string): Promise<string> {
  return (await book.student(name)).id;
}

async function change(book: Book, name: string, to: { readonly name?: string; readonly number?: string }) {
  await book.call('student.set', { id: await idOf(book, name), change: to });
}

async function remove(book: Book, name: string) {
  await book.call('student.delete', { ids: [await idOf(book, name)] });
}

/** Makes one question: `a` is the other device, whose changes go to the server, `b` the one that will be asked. */
async function makeQuestion(a: Book, b: Book, { kind, name, number }: Case): Promise<void> {
  switch (kind) {
    case 'both renamed':
      await change(a, name, { name: `${name}, there` });
      return await change(b, name, { name: `${name}, here` });
    case 'renamed here, deleted there':
      await remove(a, name);
      return await change(b, name, { name: `${name}, here` });
    case 'deleted here, renamed there':
      await remove(b, name);
      return await change(a, name, { name: `${name}, there` });
    case 'points here, deleted there':
      await remove(a, name);
      await b.award(name, 2);
      return;
    case 'deleted here, points there':
      await remove(b, name);
      await a.award(name, 2);
      return;
    case 'new with one number':
      await a.call('student.add', { students: [{ name: `${name}, there`, number }] });
      await b.call('student.add', { students: [{ name: `${name}, here`, number }] });
      await b.award(`${name}, here`, 3);
      return;
    case 'got one number':
      await change(a, `${name}, there`, { number });
      return await change(b, `${name}, here`, { number });
    case 'rewritten there':
      return;
  }
}

function caseOf(label: string): Case | undefined {
  return cases.find(({ name }) => label.startsWith(name));
}

async function questions(book: Book, planId: string): Promise<readonly PlanRowItem[]> {
  return (await book.rows(planId)).filter(({ kind }) => kind === 'conflict');
}

/** Decides a question as its case says. */
async function decide(book: Book, planId: string, row: PlanRowItem): Promise<void> {
  const found = caseOf(row.label);
  if (found === undefined) throw new Error(`no case for ${row.label}`);
  const field = row.fields.find(({ clash }) => clash)?.name ?? '';
  const typed =
    found.choice === 'merge' || found.choice === 'rename' || (found.choice === 'both' && row.rival !== null);
  const twice = found.choice === 'both' && row.conflict === 'same-identity';
  await book.call('plan.decide', {
    planId,
    target: { ordinals: [row.ordinal] },
    choice: found.choice,
    ...(typed || twice ? { fields: { [field]: { value: `9${found.number}` } } } : {}),
  });
}

/**
 * What a question is about: the three versions, whose they are and since when. Not what is advised: the changes
 * lie milliseconds apart, and whether clocks can tell them apart depends on how well each comparison measured them.
 */
function asked({ table, conflict, fields, times, by, newChildren }: PlanRowItem) {
  const versions = fields
    .map(({ name, base, local, server, clash }) => ({ name, base, local, server, clash }))
    .filter(({ name }) => name !== 'created_at');
  return { table, conflict, versions, times, by, newChildren };
}

describe('a sync with decisions, taken back', () => {
  it.each(['sync', 'apply'] as const)(
    'by %s: everything that was decided is asked again, with the versions, people and times it had; what cannot be parted again is named',
    async (mode) => {
      await using both = await pair(students);
      const { a, b, database } = both;
      for (const { kind, name } of cases) if (kind === 'rewritten there') await a.award(name, 1);
      await a.sync();
      await b.sync();
      for (const one of cases) await makeQuestion(a, b, one);
      await sql(
        database.config,
        `UPDATE tallybook.score_event SET note = 'rewritten' WHERE student_id IN (SELECT id FROM tallybook.student WHERE name LIKE 'rewritten there%')`,
      );
      await a.sync();
      const plan = await b.preview();
      const before = await questions(b, plan.planId);
      expect(before).toHaveLength(cases.length);
      for (const row of before) await decide(b, plan.planId, row);
      const run = await b.run(mode, plan.planId, { allowMassChange: true });

      const undo = await b.call('run.undo', { runId: run.runId });
      const stays = (await b.rows(undo.planId)).filter(({ left }) => left !== null);
      for (const { label, left } of stays)
        expect([label, left]).toEqual([expect.stringContaining(': adopt'), 'joined']);
      if (mode === 'sync') expect(stays.map(({ label }) => label)).toContain('new with one number: adopt, here · 116');
      const undone = await b.run('sync', undo.planId, { allowMassChange: true });
      expect(undone.outcome).toBe(mode === 'sync' ? 'undecided' : 'completed');

      for (const planId of [undone.nextPlanId ?? '', (await b.preview()).planId]) {
        const after = await questions(b, planId);
        const open = cases.filter(({ choice }) => mode === 'apply' || choice !== 'adopt');
        expect(after.map(({ label }) => caseOf(label)?.name ?? '').toSorted()).toEqual(
          open.map(({ name }) => name).toSorted(),
        );
        for (const row of after) {
          const was = before.find(({ key }) => JSON.stringify(key) === JSON.stringify(row.key));
          // A new student cannot be taken from the server again, only hidden there: that is what both sides agreed on now.
          if (was !== undefined && caseOf(row.label)?.kind !== 'new with one number')
            expect([row.label, asked(row)]).toEqual([row.label, asked(was)]);
          else expect(row.by).toEqual({ local: 'Office PC', server: null });
        }
        // What a decision made goes with it and comes back as nothing.
        const others = (await b.rows(planId)).filter(({ kind, table }) => kind !== 'conflict' && table === 'student');
        expect(others.filter(({ label }) => !/: \S+, there/.test(label))).toEqual([]);
        expect(new Set(others.map(({ by }) => by.server))).toEqual(new Set(['Room 301 PC']));
      }

      // The other device is asked nothing, its own questions apart, and in the end both hold the same.
      const there = await questions(a, (await a.preview()).planId);
      expect(there.map(({ conflict }) => conflict)).toEqual(there.map(() => 'integrity'));
      for (const book of [b, a, b, a]) {
        const { planId } = await book.preview();
        await book.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, rule: 'server' });
        await book.run('sync', planId, { allowMassChange: true });
      }
      await expectSame(a, b);
    },
  );
});
