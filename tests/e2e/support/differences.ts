import type { Params } from '../../../shared/contract/contract.ts';
import { randomUuid, type Random } from '../../simulation/random.ts';
import type { ConnectedClass } from './connected-class.ts';

/** What a difference between both sides is made with. Whoever it is about was the same on both sides before, and nothing else is made of them. */
export interface Making {
  readonly made: ConnectedClass;
  readonly random: Random;
  /** Digits no other difference of the class has. */
  readonly digits: string;
  /** The id of a student whom both sides know. */
  readonly student: () => string;
  /** Changes a student on this PC. */
  readonly here: (id: string, change: Params<'student.set'>['change']) => Promise<void>;
  /** Changes a student on the server, as people with psql do; `values` are the parameters from $2 on. */
  readonly there: (id: string, set: string, ...values: readonly string[]) => Promise<void>;
}

type Difference = (making: Making) => Promise<void>;

const deleteHere = async ({ made }: Making, id: string): Promise<void> => {
  await made.app.call('student.delete', { classId: made.classId, ids: [id] });
};

const awardHere = async ({ made }: Making, id: string): Promise<void> => {
  await made.app.call('score.add', {
    classId: made.classId,
    studentIds: [id],
    award: { delta: 1, text: 'Homework' },
  });
};

const awardThere = async ({ made }: Making, id: string): Promise<void> => {
  await made.onServer(
    `INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
     SELECT class_id, gen_random_uuid(), id, 'Helped', 2, now(), gen_random_uuid(), 'Office PC' FROM tallybook.student WHERE id = $1`,
    id,
  );
};

/** The id of points both sides hold of a student. Who came with the list before may have none yet. */
async function somePoints({ made, student }: Making): Promise<string> {
  for (;;) {
    const { items } = await made.app.call('score.list', { classId: made.classId, studentId: student(), voided: false });
    const [event] = items;
    if (event !== undefined) return event.id;
  }
}

async function addThere({ made, random }: Making, name: string, number: string | null): Promise<void> {
  await made.onServer(
    `INSERT INTO tallybook.student (class_id, id, name, number, created_at)
     SELECT id, $1, $2, nullif($3, ''), now() FROM tallybook.class`,
    randomUuid(random),
    name,
    number ?? '',
  );
}

/** Differences that ask a teacher, by what asks: each of them is in every set. */
export const asking: Readonly<Record<string, Difference>> = {
  'one field': async ({ student, here, there, digits }) => {
    const id = student();
    await here(id, { name: `Here ${digits}` });
    await there(id, 'name = $2', `There ${digits}`);
  },
  'several fields': async ({ student, here, there, digits }) => {
    const id = student();
    await here(id, { name: `Here ${digits}`, number: `1${digits}`, note: 'near the door' });
    await there(id, 'name = $2, number = $3', `There ${digits}`, `2${digits}`);
  },
  'a note': async ({ student, here, there }) => {
    const id = student();
    await here(id, { note: 'sits in front' });
    await there(id, 'note = $2', 'new glasses');
  },
  'deleted here, changed there': async (making) => {
    const id = making.student();
    await deleteHere(making, id);
    await making.there(id, 'name = $2', `There ${making.digits}`);
  },
  'changed here, deleted there': async ({ student, here, there, digits }) => {
    const id = student();
    await here(id, { name: `Here ${digits}` });
    await there(id, 'deleted_at = now()');
  },
  'deleted there, points here': async (making) => {
    const id = making.student();
    await awardHere(making, id);
    await making.there(id, 'deleted_at = now()');
  },
  'deleted here, points there': async (making) => {
    const id = making.student();
    await deleteHere(making, id);
    await awardThere(making, id);
  },
  'one number, both new': async (making) => {
    const { made, digits } = making;
    const number = `9${digits}`;
    const { items } = await made.app.call('student.add', {
      classId: made.classId,
      students: [{ name: `New here ${digits}`, number, tags: ['choir'] }],
    });
    for (const { id } of items) await awardHere(making, id);
    await addThere(making, `New there ${digits}`, number);
  },
  'one number, both known': async ({ student, here, there, digits }) => {
    await here(student(), { number: `5${digits}` });
    await there(student(), 'number = $2', `5${digits}`);
  },
};

/** Points, tags, groups and what else there is around a student: most of it asks nothing. */
const around: Readonly<Record<string, Difference>> = {
  'points here': async (making) => await awardHere(making, making.student()),
  'points there': async (making) => await awardThere(making, making.student()),
  'undone here': async (making) => {
    const eventIds = [await somePoints(making)];
    await making.made.app.call('score.void', { classId: making.made.classId, eventIds });
  },
  'undone there': async (making) => {
    await making.made.onServer(
      `INSERT INTO tallybook.score_void (class_id, id, event_id, at, device_name)
       SELECT class_id, gen_random_uuid(), id, now(), 'Office PC' FROM tallybook.score_event WHERE id = $1`,
      await somePoints(making),
    );
  },
  'points rewritten there': async (making) => {
    const id = await somePoints(making);
    await making.made.onServer("UPDATE tallybook.score_event SET text = 'Rewritten' WHERE id = $1", id);
  },
  'tagged here': async ({ made, student, digits }) => {
    await made.app.call('student.set', { classId: made.classId, id: student(), change: {}, tag: [`chess ${digits}`] });
  },
  'tagged there': async ({ made, student, digits }) => {
    await made.onServer(
      'INSERT INTO tallybook.student_tag (class_id, student_id, tag) SELECT class_id, id, $2 FROM tallybook.student WHERE id = $1',
      student(),
      `swimming ${digits}`,
    );
  },
  'tagged on both sides': async ({ made, student, digits }) => {
    const id = student();
    await made.app.call('student.set', { classId: made.classId, id, change: {}, tag: [`band ${digits}`] });
    await made.onServer(
      'INSERT INTO tallybook.student_tag (class_id, student_id, tag) SELECT class_id, id, $2 FROM tallybook.student WHERE id = $1',
      id,
      `band ${digits}`,
    );
  },
  'a new group here': async ({ student, here, digits }) => await here(student(), { group: `Table ${digits}` }),
  'a new group there': async ({ made, there, student, random, digits }) => {
    const id = randomUuid(random);
    await made.onServer(
      `INSERT INTO tallybook."group" (class_id, id, name, color, sort) SELECT id, $1, $2, '#aa5500', 7 FROM tallybook.class`,
      id,
      `Row ${digits}`,
    );
    await there(student(), 'group_id = $2', id);
  },
  'a group called otherwise': async ({ made, digits }) => {
    const { items } = await made.app.call('group.list', { classId: made.classId });
    const [group] = items;
    if (group === undefined) throw new Error('no group');
    await made.app.call('group.set', { classId: made.classId, id: group.id, change: { name: `Here ${digits}` } });
    await made.onServer('UPDATE tallybook."group" SET name = $2 WHERE id = $1', group.id, `There ${digits}`);
  },
  'a reason here': async ({ made, digits }) => {
    await made.app.call('reason.add', { classId: made.classId, text: `Sang ${digits}`, delta: 2 });
  },
  'a reason called otherwise': async ({ made, digits }) => {
    const { items } = await made.app.call('reason.list', { classId: made.classId });
    const reason = items.find(({ builtIn }) => !builtIn);
    if (reason === undefined) throw new Error('no reason');
    await made.app.call('reason.set', { classId: made.classId, id: reason.id, change: { delta: 3 } });
    await made.onServer('UPDATE tallybook.reason SET text = $2, delta = 4 WHERE id = $1', reason.id, `Read ${digits}`);
  },
  'a reward there': async ({ made, random, digits }) => {
    await made.onServer(
      `INSERT INTO tallybook.reward (class_id, id, name, cost, active, sort) SELECT id, $1, $2, 20, true, 1 FROM tallybook.class`,
      randomUuid(random),
      `Cinema ${digits}`,
    );
  },
  'a round closed here': async ({ made, digits }) => {
    await made.app.call('settlement.close', { classId: made.classId, name: `Round ${digits}` });
  },
  'a round closed there': async (making) => {
    const id = randomUuid(making.random);
    await making.made.onServer(
      `INSERT INTO tallybook.settlement (class_id, id, name, at, device_name) SELECT id, $1, 'Closed there', now(), 'Office PC' FROM tallybook.class`,
      id,
    );
    await making.made.onServer(
      'INSERT INTO tallybook.settlement_event (class_id, settlement_id, event_id) SELECT class_id, $1, id FROM tallybook.score_event WHERE id = $2',
      id,
      await somePoints(making),
    );
  },
};

/** Differences that ask nothing, or only where the clocks cannot tell; some of them are in every set. */
export const plain: Readonly<Record<string, Difference>> = {
  ...around,
  'different fields': async ({ student, here, there, digits }) => {
    const id = student();
    await here(id, { name: `Here ${digits}` });
    await there(id, 'number = $2', `3${digits}`);
  },
  'changed here': async ({ student, here, digits }) => await here(student(), { name: `Here ${digits}` }),
  'changed there': async ({ student, there, digits }) => await there(student(), 'name = $2', `There ${digits}`),
  'new here': async ({ made, digits }) => {
    const students = [{ name: `Only here ${digits}`, note: 'late' }];
    await made.app.call('student.add', { classId: made.classId, students });
  },
  'new there': async (making) => await addThere(making, `Only there ${making.digits}`, null),
  'deleted here': async (making) => await deleteHere(making, making.student()),
  'deleted there': async ({ student, there }) => await there(student(), 'deleted_at = now()'),
  'deleted on both sides': async (making) => {
    const id = making.student();
    await deleteHere(making, id);
    await making.there(id, 'deleted_at = now()');
  },
};
