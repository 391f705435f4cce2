import type { Params } from '../../../shared/contract/contract.ts';
import type { TestDatabase, TestPostgres } from '../../support/postgres.ts';
import { sql } from '../../support/sql.ts';
import type { App } from './app.ts';
import { newClass } from './new-class.ts';
import { connectionTo, syncBeside } from './shared-class.ts';

/**
 * A class of one device that is on a server, both holding the same at first, and the words tests change either side with, without the page. Students go by
 * the name they had when the class was made, whatever they are called since.
 */
export class ConnectedClass {
  readonly app: App;
  readonly classId: string;
  readonly connectionId: string;
  readonly database: TestDatabase;
  readonly #ids: ReadonlyMap<string, string>;

  private constructor(
    app: App,
    database: TestDatabase,
    ids: { readonly classId: string; readonly connectionId: string; readonly students: ReadonlyMap<string, string> },
  ) {
    this.app = app;
    this.database = database;
    this.classId = ids.classId;
    this.connectionId = ids.connectionId;
    this.#ids = ids.students;
  }

  /** Makes the class on the device and uploads it to a database of its own. */
  static async make(app: App, postgres: TestPostgres, students?: readonly string[]): Promise<ConnectedClass> {
    return await ConnectedClass.connect(app, postgres, await newClass(app, students));
  }

  /** Uploads a class of the device to a database of its own. */
  static async connect(app: App, postgres: TestPostgres, classId: string): Promise<ConnectedClass> {
    const database = await postgres.createDatabase();
    const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
    await app.call('connection.init', { classId, connectionId, consent: true });
    await syncBeside(app);
    const { items } = await app.call('student.list', { classId });
    const ids = { classId, connectionId, students: new Map(items.map(({ id, name }) => [name, id])) };
    return new ConnectedClass(app, database, ids);
  }

  idOf(name: string): string {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`no student ${name}`);
    return id;
  }

  /** Changes a student on this PC. */
  async here(name: string, change: Params<'student.set'>['change']): Promise<void> {
    await this.app.call('student.set', { classId: this.classId, id: this.idOf(name), change });
  }

  /** Changes a student on the server, as people with psql do; `values` are the parameters from $2 on. */
  async there(name: string, set: string, ...values: readonly string[]): Promise<void> {
    await this.onServer(`UPDATE tallybook.student SET ${set} WHERE id = $1`, this.idOf(name), ...values);
  }

  /** Adds a student on the server alone. */
  async addThere(name: string, number: string | null = null): Promise<void> {
    await this.onServer(
      `INSERT INTO tallybook.student (class_id, id, name, number, created_at)
       SELECT id, md5($1)::uuid, $1, ${number === null ? 'NULL' : `'${number}'`}, now() FROM tallybook.class`,
      name,
    );
  }

  /** Gives points to a student on the server, as people with psql do. */
  async awardThere(name: string, delta: string): Promise<void> {
    await this.onServer(
      `INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
       SELECT class_id, gen_random_uuid(), id, 'Helped', $2, now(), gen_random_uuid(), 'Office PC' FROM tallybook.student WHERE id = $1`,
      this.idOf(name),
      delta,
    );
  }

  /** Gives points to some students on this PC. */
  async award(names: string | readonly string[], delta: number, text = 'Homework'): Promise<void> {
    const studentIds = [names].flat().map((name) => this.idOf(name));
    await this.app.call('score.add', { classId: this.classId, studentIds, award: { delta, text } });
  }

  /** Carries out a statement on the server; rows come as text. */
  async onServer(statement: string, ...params: readonly string[]): Promise<(string | null)[][]> {
    return await sql(this.database.config, statement, params);
  }

  /** Syncs without the page. */
  async sync(): Promise<void> {
    await syncBeside(this.app);
  }

  /** Everybody who is not deleted, on this PC. */
  async students() {
    return (await this.app.call('student.list', { classId: this.classId })).items;
  }

  /** How many points of everybody count on this PC, by name. */
  async points(): Promise<Readonly<Record<string, number>>> {
    return Object.fromEntries((await this.students()).map(({ name, allTime }) => [name, allTime]));
  }
}
