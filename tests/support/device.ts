import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';
import { clientOf } from '../../electron/engine/host-client.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore, type ClassStore } from '../../electron/store/class-store.ts';
import type { Clock } from '../../electron/engine/system-clock.ts';
import type { Timers } from '../../electron/engine/timers.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { allRunRows } from '../../shared/contract/all-run-rows.ts';
import type { MethodName, Params, Result } from '../../shared/contract/contract.ts';
import type { Client } from '../../shared/contract/client.ts';
import type { ConnectionInput } from '../../shared/contract/connection.ts';
import type { PlanRowItem, PlanSummary, RunResult } from '../../shared/contract/sync.ts';
import type { RunRowItem } from '../../shared/contract/run.ts';
import type { TestDatabase } from './postgres.ts';

/** One installation in a folder of its own, with the real engine in this process, spoken to through the contract. */
export interface Device extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly client: Client;
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Reads or writes rows of a class that the contract has no words for, through a connection of its own to the file. */
  withStore<T>(classId: string, work: (store: ClassStore) => T): T;
  /** Ends the engine in good order; the folder stays. */
  stop(): Promise<void>;
  /** Starts the engine again on the same folder. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/**
 * Starts a device with an empty data folder, or with a copy of another one's (which must be stopped). Its files hold the classroom's tables, or those of
 * another catalog. Its clocks are this computer's, or those given. Its folder is made in `parent`. With timers of its own it keeps connections in sync by itself, as
 * the app does.
 */
export async function startDevice(
  name: string,
  catalog?: Catalog,
  copyOf?: string,
  clock?: Clock,
  parent = tmpdir(),
  timers?: Timers,
): Promise<Device> {
  const folder = mkdtempSync(join(parent, 'tallybook-device-'));
  if (copyOf !== undefined) cpSync(copyOf, folder, { recursive: true });
  const open = async () => {
    const engine = createEngine({
      dataFolder: folder,
      version: '0.0.0-test',
      checkResults: true,
      keepsInSync: timers !== undefined,
      catalog,
      clock,
      timers,
    });
    return { engine, client: clientOf(engine) };
  };
  let current = await open();
  let running = true;
  const stop = async (): Promise<void> => {
    if (!running) return;
    running = false;
    current.client.close();
    await current.engine.close();
  };
  const start = async (): Promise<void> => {
    current = await open();
    running = true;
  };
  await current.client.call('app.setDevice', { name });
  return {
    name,
    folder,
    get client() {
      return current.client;
    },
    call: (method, params) => current.client.call(method, params),
    withStore(classId, work) {
      const store = openClassStore(classFileOf(folder, classId), {
        classId,
        ...(catalog === undefined ? {} : { catalog }),
      });
      try {
        return work(store);
      } finally {
        store.close();
      }
    },
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The values of the connection form for a test database. */
export function connectionTo(database: TestDatabase, change: Partial<ConnectionInput> = {}): ConnectionInput {
  const { host, port, user, password, database: name } = database.config;
  return { name: 'school', host, port, database: name, user, password, tls: 'disable', mode: 'two-way', ...change };
}

/** One class on one device with its connection: the words tests are written in. */
export class Book {
  readonly device: Device;
  readonly classId: string;
  readonly connectionId: string;

  constructor(device: Device, classId: string, connectionId: string) {
    this.device = device;
    this.classId = classId;
    this.connectionId = connectionId;
  }

  call<M extends MethodName>(method: M, params: Omit<Params<M>, 'classId'>): Promise<Result<M>> {
    return this.device.call(method, { classId: this.classId, ...params } as Params<M>);
  }

  preview(): Promise<PlanSummary> {
    return this.call('sync.preview', { connectionId: this.connectionId });
  }

  run(mode: 'apply' | 'pull' | 'sync', planId: string, more: Partial<Params<'sync.run'>> = {}): Promise<RunResult> {
    return this.call('sync.run', { planId, mode, ...more });
  }

  /** Preview and sync in one go; fails when anything is left. */
  async sync(more: Partial<Params<'sync.run'>> = {}): Promise<RunResult> {
    const plan = await this.preview();
    return this.run('sync', plan.planId, more);
  }

  /** Every row a run wrote. */
  async written(runId: string): Promise<readonly RunRowItem[]> {
    return await allRunRows(this.device, { classId: this.classId, runId });
  }

  async rows(planId: string): Promise<readonly PlanRowItem[]> {
    const { ordinals } = await this.call('plan.index', { planId });
    const rows: PlanRowItem[] = [];
    for (let from = 0; from < ordinals.length; from += 200)
      rows.push(...(await this.call('plan.rows', { planId, ordinals: ordinals.slice(from, from + 200) })).items);
    return rows;
  }

  async student(name: string): Promise<Result<'student.list'>['items'][number]> {
    const found = [
      ...(await this.call('student.list', {})).items,
      ...(await this.call('student.list', { deleted: true })).items,
    ].find((student) => student.name === name);
    if (found === undefined) throw new Error(`no student ${name} on ${this.device.name}`);
    return found;
  }

  async award(name: string, delta: number, text = 'Homework'): Promise<string> {
    const { id } = await this.student(name);
    const { items } = await this.call('score.add', { studentIds: [id], award: { delta, text } });
    const [event] = items;
    if (event === undefined) throw new Error('score.add printed no event');
    return event.id;
  }

  /** Every student's totals, by name, deleted ones included. */
  async totals(): Promise<Readonly<Record<string, number>>> {
    const { items } = await this.call('totals.list', {});
    return Object.fromEntries(items.map((item) => [`${item.name}#${item.id}`, item.allTime]));
  }
}

/** A new class on this device, connected to the database, set up and uploaded. */
export async function firstUpload(
  device: Device,
  database: TestDatabase,
  students: readonly string[] = ['Li W', 'Wang Fang', 'Chen Yu'],
): Promise<Book> {
  const created = await device.call('class.create', { name: '5B', students: [...students] });
  const book = await connectBook(device, created.id, database);
  await book.call('connection.init', { connectionId: book.connectionId, consent: true });
  const plan = await book.preview();
  await book.run('apply', plan.planId);
  return book;
}

/** Connects a class of this device to the database. */
export async function connectBook(device: Device, classId: string, database: TestDatabase): Promise<Book> {
  const connection = await device.call('connection.add', { classId, connection: connectionTo(database) });
  return new Book(device, classId, connection.id);
}

/** A device that joins the class of that name. Pulls unless told not to. */
export async function joinClass(device: Device, database: TestDatabase, pull = true): Promise<Book> {
  const joined = await device.call('class.join', { remoteClassName: '5B', connection: connectionTo(database), pull });
  return new Book(device, joined.class.id, joined.connection.id);
}
