import type { TestDatabase, TestPostgres } from '../../support/postgres.ts';
import { sql } from '../../support/sql.ts';
import type { App } from './app.ts';
import { newClass } from './new-class.ts';
import { connectionTo, syncBeside } from './shared-class.ts';

/** A class of a device that is on a server, both holding the same. */
export interface ConnectedClass {
  readonly classId: string;
  readonly connectionId: string;
  readonly database: TestDatabase;
  /** The id of a student. */
  readonly idOf: (name: string) => Promise<string>;
  /** Renames a student on this device only. */
  readonly rename: (name: string, to: string) => Promise<void>;
}

/** Makes a class and uploads it, without the page. */
export async function connectedClass(
  app: App,
  postgres: TestPostgres,
  students: readonly string[],
): Promise<ConnectedClass> {
  const classId = await newClass(app, students);
  const database = await postgres.createDatabase();
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const idOf = async (name: string): Promise<string> => {
    const { items } = await app.call('student.list', { classId });
    const found = items.find((student) => student.name === name);
    if (found === undefined) throw new Error(`no student ${name}`);
    return found.id;
  };
  return {
    classId,
    connectionId,
    database,
    idOf,
    rename: async (name, to) => {
      await app.call('student.set', { classId, id: await idOf(name), change: { name: to } });
    },
  };
}

/** Students whose name was changed on both sides. */
export const renamedTwice = ['Anna', 'Ben', '张三', '李四', 'Emil'] as const;

/**
 * A class with every kind of question and changes that ask nothing: five names changed on both sides (with a note on the server), one student deleted there
 * and changed here, one deleted there who got points here, one number given twice, and points and a name on either side.
 */
export async function tangledClass(app: App, postgres: TestPostgres): Promise<ConnectedClass> {
  const plain = ['Fritz', 'Greta', 'Hans', 'Ida', 'Jan', '王芳', 'Lena', 'Max'];
  const made = await connectedClass(app, postgres, [...renamedTwice, ...plain]);
  const { classId, database, idOf, rename } = made;
  for (const name of renamedTwice) {
    await rename(name, `${name} H`);
    await sql(
      database.config,
      `UPDATE tallybook.student SET name = '${name} S', note = 'sits in front' WHERE name = '${name}'`,
    );
  }
  await rename('Fritz', 'Fritzi');
  const award = { delta: 2, text: 'Homework' };
  await app.call('score.add', { classId, studentIds: [await idOf('Greta')], award });
  await sql(database.config, "UPDATE tallybook.student SET deleted_at = now() WHERE name IN ('Fritz', 'Greta')");
  await app.call('student.add', { classId, students: [{ name: 'Nora', number: '30' }] });
  await sql(
    database.config,
    `INSERT INTO tallybook.student (class_id, id, name, number, created_at)
     SELECT class_id, md5(random()::text)::uuid, 'Nora Lind', '30', created_at FROM tallybook.student LIMIT 1`,
  );
  await rename('Hans', 'Hanna');
  await sql(database.config, "UPDATE tallybook.student SET note = 'new glasses' WHERE name = 'Ida'");
  await app.call('score.add', { classId, studentIds: [await idOf('Jan'), await idOf('王芳')], award });
  return made;
}
