import { describe, expect, it } from 'vitest';
import type { Choice, Row, Trees } from '../../shared/sync/plan.ts';
import { carryOut, resolve, type Outcome } from './carry-out.ts';
import { MemoryPlan, World } from './memory-plan.ts';
import { idOf, pointer, smallCatalog, smallTable, text } from './small-catalog.ts';

const id = text('id', { type: 'uuid', nullable: false });
const person = smallTable('person', 'entity', {
  columns: [id, text('code'), text('note'), text('deleted_at', { type: 'timestamptz' })],
  unique: [{ columns: ['code'], amongLive: true, where: [] }],
  softDelete: 'deleted_at',
});
const point = smallTable('point', 'append-only', {
  columns: [id, text('person_id', { type: 'uuid', nullable: false })],
  foreignKeys: [pointer('person_id', 'person')],
});
const mail = smallTable('mail', 'entity', {
  columns: [id, text('value'), text('sort'), text('ended')],
  unique: [
    {
      columns: ['value'],
      amongLive: false,
      where: [
        { kind: 'equals', column: 'sort', value: 'main' },
        { kind: 'null', column: 'ended' },
      ],
    },
  ],
});
const seat = smallTable('seat', 'entity', {
  columns: [id, text('code'), text('word')],
  unique: ['code', 'word'].map((column) => ({ columns: [column], amongLive: false, where: [] })),
});
const cushion = smallTable('cushion', 'entity', {
  columns: [id, text('code'), text('seat_id', { type: 'uuid' })],
  unique: [{ columns: ['code'], amongLive: false, where: [] }],
  foreignKeys: [pointer('seat_id', 'seat')],
});
const room = smallTable('room', 'entity');
const inRoom = text('room_id', { type: 'uuid', nullable: false });
const desk = smallTable('desk', 'entity', {
  columns: [id, text('code'), inRoom],
  unique: [{ columns: ['code', 'room_id'], amongLive: false, where: [] }],
  foreignKeys: [pointer('room_id', 'room')],
});
const board = smallTable('board', 'entity', {
  columns: [id, inRoom],
  unique: [{ columns: ['room_id'], amongLive: false, where: [] }],
  foreignKeys: [pointer('room_id', 'room')],
});
const catalog = smallCatalog([person, point, mail, seat, cushion, room, desk, board], true);
const [ours, theirs, entry] = [idOf('1'), idOf('2'), idOf('3')];
const keyOf = (key: string): string => JSON.stringify([key]);
const someone = (
  key: string,
  code: string | null,
  deletedAt: string | null = null,
  note: string | null = null,
): Row => ({
  id: key,
  code,
  note,
  deleted_at: deletedAt,
});
const pointOf = (key: string): Row => ({ id: entry, person_id: key });
const onlyHere = (row: Row): Trees => ({ base: undefined, local: row, server: null });
const onlyThere = (row: Row): Trees => ({ base: undefined, local: null, server: row });
const everywhere = (row: Row): Trees => ({ base: row, local: row, server: row });

function world(rows: Readonly<Record<string, Trees>>): World {
  const made = new World(catalog);
  for (const [address, trees] of Object.entries(rows)) {
    const [table = '', ...keys] = address.split(' ');
    made.set(table, JSON.stringify(keys), trees);
  }
  return made;
}

/** Two devices gave number 7 to a new person each; ours has a point. */
const twoSevens = (): World =>
  world({
    [`person ${ours}`]: onlyHere(someone(ours, '7')),
    [`person ${theirs}`]: onlyThere(someone(theirs, '7')),
    [`point ${entry}`]: onlyHere(pointOf(ours)),
  });

function decide(plan: MemoryPlan, key: string, choice: Choice, part: 'apply' | 'sync' = 'sync'): Outcome {
  const place = plan.ordinal('person', keyOf(key));
  if (place === null) throw new Error('the person is not listed');
  return resolve(plan, new Map([[place, choice]]), new Set(), part);
}

const leftOf = ({ plan, settled }: Outcome, table: string, key: string): string | undefined =>
  settled.left.get(plan.ordinal(table, keyOf(key)) ?? -1)?.reason;

describe('a value only one record may have', () => {
  it('that two records would hold asks for the one of this PC, and the other waits with it', () => {
    const plan = new MemoryPlan(twoSevens());
    expect(plan.rows.map(({ table, pk, kind, conflict }) => [table, pk, kind, conflict])).toEqual([
      ['person', keyOf(ours), 'conflict', 'same-identity'],
      ['person', keyOf(theirs), 'add', null],
      ['point', keyOf(entry), 'add', null],
    ]);
    const outcome = resolve(plan);
    expect(leftOf(outcome, 'person', ours)).toBe('undecided');
    expect(leftOf(outcome, 'person', theirs)).toBe('blocked');
  });

  it('is given up before another record takes it: who takes it stays out with who keeps it', () => {
    const plan = new MemoryPlan(
      world({
        [`person ${ours}`]: { base: someone(ours, '7'), local: someone(ours, null), server: someone(ours, '7') },
        [`person ${theirs}`]: {
          base: someone(theirs, null),
          local: someone(theirs, '7'),
          server: someone(theirs, null),
        },
      }),
    );
    const place = plan.ordinal('person', keyOf(ours)) ?? -1;
    const outcome = resolve(plan, new Map(), new Set([place]));
    expect([leftOf(outcome, 'person', ours), leftOf(outcome, 'person', theirs)]).toEqual(['unticked', 'blocked']);
    expect(resolve(plan).settled.left.size).toBe(0);
  });

  it('is free where a deleted record has it', () => {
    const plan = new MemoryPlan(
      world({
        [`person ${ours}`]: onlyHere(someone(ours, '7')),
        [`person ${theirs}`]: onlyThere(someone(theirs, '7', '2026-01-01T00:00:00.000Z')),
      }),
    );
    expect(plan.rows.map(({ kind }) => kind)).toEqual(['add', 'add']);
    expect(resolve(plan).settled.left.size).toBe(0);
  });
});

describe('two values of a record, each of which another record has', () => {
  const seatOf = (key: string, code: string | null, word: string | null): Row => ({ id: key, code, word });
  const others = {
    [`seat ${theirs}`]: onlyThere(seatOf(theirs, '1', 'x')),
    [`seat ${entry}`]: onlyThere(seatOf(entry, '2', 'y')),
  };
  const changed: Trees = {
    base: seatOf(ours, '8', 'z'),
    local: seatOf(ours, '1', 'y'),
    server: seatOf(ours, '8', 'z'),
  };

  it.each([
    ['new', onlyHere(seatOf(ours, '1', 'y'))],
    ['changed here', changed],
  ] as const)('are one question: %s', (_, trees) => {
    const plan = new MemoryPlan(world({ ...others, [`seat ${ours}`]: trees }));
    const place = plan.ordinal('seat', keyOf(ours)) ?? -1;
    const row = plan.row(place);
    expect([row.conflict, row.claimed?.toSorted()]).toEqual(['same-identity', ['code', 'word']]);
    expect(row.fields.flatMap((field) => (field.clash ? [field.name] : [])).toSorted()).toEqual(['code', 'word']);
    const fields = { code: { value: '9' }, word: { value: null } };
    const answers: readonly Choice[] = [
      { choice: 'rename', fields },
      { choice: 'both', fields },
    ];
    for (const choice of [...answers, { choice: 'server' as const }]) {
      const { settled, effects } = resolve(plan, new Map([[place, choice]]));
      expect(settled.left.size).toBe(0);
      const given = effects.find(({ pk }) => pk === keyOf(ours))?.result;
      const own = trees.server ?? seatOf(ours, null, null);
      expect(given).toEqual(choice.choice === 'server' ? own : seatOf(ours, '9', null));
    }
  });
});

it('another value decided for a new row of a group that is kept is the one it is kept with', () => {
  const [before, after] = ['z', 'y'].map((word) => ({ id: ours, code: null, word }));
  const cushionOf = (key: string, of: string | null, code = '1'): Row => ({ id: key, code, seat_id: of });
  const plan = new MemoryPlan(
    world({
      [`seat ${ours}`]: { base: before, local: after ?? null, server: null },
      [`cushion ${theirs}`]: onlyHere(cushionOf(theirs, ours)),
      [`cushion ${entry}`]: onlyThere(cushionOf(entry, null)),
    }),
  );
  const [seatPlace, place] = [plan.ordinal('seat', keyOf(ours)) ?? -1, plan.ordinal('cushion', keyOf(theirs)) ?? -1];
  expect([plan.row(seatPlace).kind, plan.row(place).conflict]).toEqual(['conflict', 'same-identity']);
  expect(plan.row(place).group).toBe(seatPlace);
  const renaming: Choice = { choice: 'rename', fields: { code: { value: '9' } } };
  const { settled, effects } = resolve(
    plan,
    new Map([
      [seatPlace, { choice: 'local' }],
      [place, renaming],
    ]),
  );
  expect(settled.left.size).toBe(0);
  expect(effects.find(({ pk }) => pk === keyOf(theirs))?.result).toEqual(cushionOf(theirs, ours, '9'));
});

it('a group that goes takes along what was deleted with it, although it could stay and point at nothing', () => {
  const set = smallCatalog([seat, { ...cushion, foreignKeys: [pointer('seat_id', 'seat', 'set-null')] }], true);
  const cushionOf = (key: string, of: string | null, code: string): Row => ({ id: key, code, seat_id: of });
  const [before, fresh] = [{ id: ours, code: null, word: 'z' }, idOf('4')];
  const trees = new World(set);
  trees.set('seat', keyOf(ours), { base: before, local: before, server: null });
  const old = cushionOf(theirs, ours, '1');
  trees.set('cushion', keyOf(theirs), { base: old, local: old, server: null });
  // The server gave the value of what it deleted to another one, and this PC made one that points at what is gone.
  trees.set('cushion', keyOf(entry), onlyThere(cushionOf(entry, null, '1')));
  trees.set('cushion', keyOf(fresh), onlyHere(cushionOf(fresh, ours, '2')));
  const plan = new MemoryPlan(trees);
  const place = plan.ordinal('seat', keyOf(ours)) ?? -1;
  expect(plan.row(place).conflict).toBe('parent-deleted');
  const kept = resolve(plan, new Map([[place, { choice: 'local' }]]));
  expect(leftOf(kept, 'seat', ours)).toBe('value-taken');
  const { settled, effects } = resolve(plan, new Map([[place, { choice: 'server' }]]));
  expect([...settled.left]).toEqual([]);
  const end = carryOut(trees, effects, 'sync');
  for (const side of ['local', 'server'] as const)
    expect(Object.fromEntries(end[side])).toEqual({
      [`cushion ${keyOf(entry)}`]: cushionOf(entry, null, '1'),
      [`cushion ${keyOf(fresh)}`]: cushionOf(fresh, null, '2'),
    });
});

describe('a value that is left to the server', () => {
  const rooms = { [`room ${entry}`]: everywhere({ id: entry, value: 'A' }) };

  it('goes as far as it may be empty', () => {
    const deskOf = (key: string, code: string | null): Row => ({ id: key, code, room_id: entry });
    const both = { [`desk ${ours}`]: onlyHere(deskOf(ours, '1')), [`desk ${theirs}`]: onlyThere(deskOf(theirs, '1')) };
    const plan = new MemoryPlan(world({ ...rooms, ...both }));
    const place = plan.ordinal('desk', keyOf(ours)) ?? -1;
    expect(plan.row(place).claimed).toEqual(['code', 'room_id']);
    const { settled, effects } = resolve(plan, new Map([[place, { choice: 'server' }]]));
    expect(settled.left.size).toBe(0);
    expect(effects.find(({ pk }) => pk === keyOf(ours))?.result).toEqual(deskOf(ours, null));
  });

  it('asks for another one where no part of it may be empty', () => {
    const boardOf = (key: string): Row => ({ id: key, room_id: entry });
    const both = { [`board ${ours}`]: onlyHere(boardOf(ours)), [`board ${theirs}`]: onlyThere(boardOf(theirs)) };
    const plan = new MemoryPlan(world({ ...rooms, ...both }));
    const place = plan.ordinal('board', keyOf(ours)) ?? -1;
    expect(leftOf(resolve(plan, new Map([[place, { choice: 'server' }]])), 'board', ours)).toBe('undecided');
  });
});

describe('a value only one record may have under a condition', () => {
  const mailOf = (key: string, sort: string, ended: string | null): Row => ({ id: key, value: 'a@b.c', sort, ended });
  const kinds = (there: Row): readonly string[] => {
    const plan = new MemoryPlan(
      world({ [`mail ${ours}`]: onlyHere(mailOf(ours, 'main', null)), [`mail ${theirs}`]: onlyThere(there) }),
    );
    return plan.rows.map(({ kind, conflict }) => conflict ?? kind);
  };

  it('is in the way only of records that fulfil all of it', () => {
    expect(kinds(mailOf(theirs, 'main', null))).toEqual(['same-identity', 'add']);
    expect(kinds(mailOf(theirs, 'other', null))).toEqual(['add', 'add']);
    expect(kinds(mailOf(theirs, 'main', '2025'))).toEqual(['add', 'add']);
  });
});

describe("taking the server's key", () => {
  it('moves everything that points at the record of this PC, and leaves an alias on both sides', () => {
    const before = twoSevens();
    const outcome = decide(new MemoryPlan(before), ours, { choice: 'adopt' });
    const after = carryOut(before, outcome.effects, 'sync');
    for (const side of ['local', 'server'] as const) {
      expect(after.faults(side)).toEqual([]);
      expect(Object.fromEntries(after[side])).toEqual({
        [`person ${keyOf(theirs)}`]: someone(theirs, '7'),
        [`point ${keyOf(entry)}`]: pointOf(theirs),
        [`alias ${JSON.stringify(['person', ours])}`]: { tbl: 'person', old_id: ours, new_id: theirs },
      });
    }
  });

  it('keeps what was changed here of the other record and not sent yet', () => {
    const before = twoSevens();
    before.set('person', keyOf(theirs), {
      base: someone(theirs, null),
      local: someone(theirs, null, null, 'sits in front'),
      server: someone(theirs, '7'),
    });
    const outcome = decide(new MemoryPlan(before), ours, { choice: 'adopt' });
    const after = carryOut(before, outcome.effects, 'sync');
    for (const side of ['local', 'server'] as const)
      expect(after[side].get(`person ${keyOf(theirs)}`)).toEqual(someone(theirs, '7', null, 'sits in front'));
  });

  it('is only for a record that was never shared', () => {
    const shared = world({
      [`person ${ours}`]: { base: someone(ours, null), local: someone(ours, '7'), server: someone(ours, null) },
      [`person ${theirs}`]: onlyThere(someone(theirs, '7')),
    });
    expect(leftOf(decide(new MemoryPlan(shared), ours, { choice: 'adopt' }), 'person', ours)).toBe('undecided');
  });

  it('writes both sides, so it waits for a run that does', () => {
    const outcome = decide(new MemoryPlan(twoSevens()), ours, { choice: 'adopt' }, 'apply');
    expect(leftOf(outcome, 'person', ours)).toBe('sync-only');
    expect(leftOf(outcome, 'point', entry)).not.toBeUndefined();
  });

  it('is followed by rows that come later with the old key', () => {
    const plan = new MemoryPlan(
      world({
        [`person ${theirs}`]: everywhere(someone(theirs, '7')),
        [`alias person ${ours}`]: everywhere({ tbl: 'person', old_id: ours, new_id: theirs }),
        [`point ${entry}`]: onlyThere(pointOf(ours)),
      }),
    );
    expect(plan.rows.map(({ table, result }) => [table, result])).toEqual([['point', pointOf(theirs)]]);
  });
});
