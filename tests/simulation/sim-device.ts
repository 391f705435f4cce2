import Database from 'better-sqlite3';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf } from '../../electron/engine/host-client.ts';
import type { Clock } from '../../electron/engine/system-clock.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore, type ClassStore } from '../../electron/store/class-store.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { CallOptions, Client } from '../../shared/contract/client.ts';
import type { MethodName, Params, Result } from '../../shared/contract/contract.ts';
import { Gate } from './gate.ts';
import { simFolder } from './sim-folder.ts';
import type { SimServer } from './sim-server.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One installation with the real engine and real files, its own network and its own clock. */
export class SimDevice {
  readonly name: string;
  readonly gate: Gate;
  /** How far its clock is ahead, in milliseconds. */
  skewMs = 0;
  readonly #clock: VirtualClock;
  readonly #catalog: Catalog | undefined;
  /** How often the computer was started. */
  #starts = 1;
  #folder: string;
  #engine: Engine;
  #client: Client;
  #store: ClassStore | null = null;
  readonly #files = new Map<string, Database.Database>();

  private constructor(
    name: string,
    gate: Gate,
    clock: VirtualClock,
    catalog: Catalog | undefined,
    folder = simFolder(),
  ) {
    this.name = name;
    this.gate = gate;
    this.#clock = clock;
    this.#catalog = catalog;
    this.#folder = folder;
    this.#engine = this.#open();
    this.#client = clientOf(this.#engine);
  }

  static async start(name: string, server: SimServer, clock: VirtualClock, catalog?: Catalog): Promise<SimDevice> {
    const { host, port, superuser, password } = server.postgres;
    const gate = await Gate.open({ host, port, user: superuser, password }, server.pool);
    const device = new SimDevice(name, gate, clock, catalog);
    await device.call('app.setDevice', { name });
    return device;
  }

  /** A second installation on a copy of this one's files, with a network of its own. */
  async clone(name: string, server: SimServer, classId: string, connectionId: string): Promise<SimDevice> {
    const { host, port, superuser, password } = server.postgres;
    const gate = await Gate.open({ host, port, user: superuser, password }, server.pool);
    const twin = new SimDevice(name, gate, this.#clock, this.#catalog, this.copyFiles());
    await twin.call('connection.set', { classId, connectionId, change: { port: gate.port } });
    return twin;
  }

  async call<M extends MethodName>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>> {
    this.#clock.skewMs = this.skewMs;
    try {
      return await this.#client.call(method, params, options);
    } finally {
      this.#clock.skewMs = 0;
    }
  }

  /** The file of a class, read and written beside the engine. */
  file(classId: string): Database.Database {
    const open = this.#files.get(classId);
    if (open !== undefined) return open;
    const db = new Database(join(this.#folder, 'classes', `${classId}.db`));
    db.pragma('synchronous = OFF');
    this.#files.set(classId, db);
    return db;
  }

  /** The store of the one class there is, through a connection of its own: for catalogs whose tables the app has no words for. */
  withStore<T>(classId: string, work: (store: ClassStore) => T): T {
    const catalog = this.#catalog === undefined ? {} : { catalog: this.#catalog };
    this.#store ??= openClassStore(classFileOf(this.#folder, classId), { classId, ...catalog });
    return work(this.#store);
  }

  /** Carries out a change in the file as the app's domain code would, with this device's time. */
  change(classId: string, work: (db: Database.Database, now: string) => void): void {
    const db = this.file(classId);
    db.transaction(() => work(db, new Date(this.#clock.now + this.skewMs).toISOString())).immediate();
  }

  /** All files as they are at this moment: what a computer finds that lost its power now. */
  copyFiles(): string {
    const copy = simFolder();
    cpSync(this.#folder, copy, { recursive: true });
    return copy;
  }

  /** Ends the engine in the middle of whatever it does and starts it on other files; the ones it had are gone. */
  async goOnWith(folder: string, anotherStart = false): Promise<void> {
    await this.#end();
    if (anotherStart) this.#starts += 1;
    rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = folder;
    this.#engine = this.#open();
    this.#client = clientOf(this.#engine);
  }

  async stop(): Promise<void> {
    await this.#end();
    await this.gate.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #open(): Engine {
    const read = (): ReturnType<Clock['read']> => ({
      wallMs: this.#clock.now + this.skewMs,
      monotonicMs: this.#clock.sinceBeginning,
      bootId: `start ${this.#starts}`,
    });
    return createEngine({
      dataFolder: this.#folder,
      version: '0.0.0-sim',
      checkResults: false,
      catalog: this.#catalog,
      clock: { read },
    });
  }

  async #end(): Promise<void> {
    for (const db of this.#files.values()) db.close();
    this.#files.clear();
    this.#store?.close();
    this.#store = null;
    this.#client.close();
    await this.#engine.close();
  }
}
