import type { SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import {
  differing,
  localSnapshot,
  marksOf,
  observedSnapshot,
  sameCells,
  serverSnapshot,
  type RowCells,
  type Snapshot,
} from './snapshot.ts';
import { noDecisions, Versions, type Decisions } from './versions.ts';

/** Something that must never be: which rule it breaks, and what was seen. */
export class Broken extends Error {
  readonly rule: string;

  constructor(rule: string, found: string) {
    super(`${rule}: ${found}`);
    this.rule = rule;
  }
}

/** Tables whose rows are only ever added. */
const ledger = [
  'score_event',
  'score_void',
  'settlement',
  'settlement_event',
  'settlement_void',
  'redemption',
  'redemption_void',
];

/** Both sides of a class at one moment. */
export interface Sides {
  readonly local: Snapshot;
  readonly server: Snapshot;
}

/** One class and everything that must hold for it, whatever is done to it. */
export class Oracle {
  readonly versions = new Versions();
  readonly scope: string;
  readonly #server: SimServer;
  /** Every row of the ledgers that anybody was told is recorded, with its content. */
  readonly #recorded = new Map<string, RowCells>();

  /** Records that became others of the server, by the key they had. */
  readonly #becameOther = new Map<string, string>();
  /** Keys of what was erased and of what belongs to it. */
  readonly #erased = new Set<string>();

  #known: Snapshot | null = null;

  constructor(server: SimServer, scope: string) {
    this.#server = server;
    this.scope = scope;
  }

  /** Both sides as they are: of the server what was read last, where nobody can have written since. */
  async sides(device: SimDevice, classId: string, server: 'read' | 'known' = 'read'): Promise<Sides> {
    if (server === 'read' || this.#known === null) this.#known = await serverSnapshot(this.#server, this.scope);
    return { local: localSnapshot(device.file(classId)), server: this.#known };
  }

  /** A person changed something on a device. */
  noteLocal(device: SimDevice, classId: string): void {
    const local = localSnapshot(device.file(classId));
    this.versions.noteEdit(device.name, local);
    this.#record(local);
  }

  /** The server holds what it held when this was copied. */
  async serverBecame(versions: ReadonlyMap<string, unknown>): Promise<void> {
    this.#known = await serverSnapshot(this.#server, this.scope);
    this.versions.become('server', versions);
  }

  /** A person changed something on the server. Rows nobody else ever saw may go again. */
  async noteForeign(): Promise<void> {
    this.#known = await serverSnapshot(this.#server, this.scope);
    this.versions.noteEdit('server', this.#known);
  }

  /** Reads what a snapshot says of records that were erased or became others. */
  learn(snapshot: Snapshot): void {
    for (const [address, row] of snapshot) {
      if (address.startsWith('alias ')) this.#becameOther.set(row['old_id'] ?? '', row['new_id'] ?? '');
      if (address.startsWith('erasure ')) this.#erased.add(row['student_id'] ?? '');
    }
    if (this.#erased.size === 0) return;
    for (const old of this.#becameOther.keys()) if (this.#erased.has(this.#nowCalled(old))) this.#erased.add(old);
    for (const [address, row] of [...snapshot, ...this.#recorded]) {
      if (!this.isErased(row)) continue;
      if (row['id'] != null && ledger.some((table) => address.startsWith(`${table} `))) this.#erased.add(row['id']);
      this.#recorded.delete(address);
    }
  }

  /** Whether a row is of a record that was erased, or belongs to one. */
  isErased(row: RowCells | undefined): boolean {
    return [row?.['student_id'], row?.['event_id'], row?.['redemption_id'], row?.['id']].some(
      (id) => id != null && this.#erased.has(id),
    );
  }

  /** Whether a row of this address may go or change because its record was erased, or became another. */
  isMoved(address: string): boolean {
    return [...this.#erased, ...this.#becameOther.keys()].some((id) => address.includes(id));
  }

  /** A cell as it was called in the records that became the one it is of. */
  formerly(cell: string): readonly string[] {
    return [...this.#becameOther.keys()].flatMap((old) => {
      const now = this.#nowCalled(old);
      return cell.includes(now) ? [cell.replace(now, old)] : [];
    });
  }

  /** A row as it is called since records became others. */
  moved(address: string, row: RowCells | undefined): readonly [string, RowCells | undefined] {
    let name = address;
    for (const old of this.#becameOther.keys()) name = name.replace(old, this.#nowCalled(old));
    const student = row?.['student_id'];
    return [name, row === undefined || student == null ? row : { ...row, student_id: this.#nowCalled(student) }];
  }

  #nowCalled(id: string): string {
    let found = id;
    for (let next = this.#becameOther.get(found); next !== undefined; next = this.#becameOther.get(found)) found = next;
    return found;
  }

  /** Rows of the ledgers a device holds are there for good (I10). */
  #record(snapshot: Snapshot): void {
    this.learn(snapshot);
    for (const [address, row] of snapshot) {
      if (!ledger.some((table) => address.startsWith(`${table} `)) || this.isErased(row)) continue;
      const known = this.#recorded.get(address);
      if (known === undefined) this.#recorded.set(address, row);
      else if (!sameCells(this.moved(address, known)[1], this.moved(address, row)[1]))
        throw new Broken('I10', `${address} changed from ${JSON.stringify(known)} to ${JSON.stringify(row)}`);
    }
  }

  /** Of what was recorded only what somebody still holds can be expected: a device that went back to an earlier day has forgotten what it never sent. */
  async forgetUnheld(devices: readonly { readonly device: SimDevice; readonly classId: string }[]): Promise<void> {
    const held = [await serverSnapshot(this.#server, this.scope)];
    for (const { device, classId } of devices) held.push(localSnapshot(device.file(classId)));
    for (const address of this.#recorded.keys())
      if (!held.some((snapshot) => snapshot.has(address))) this.#recorded.delete(address);
  }

  /** After anything the engine did between a device and the server. */
  noteExchange(device: SimDevice, after: Sides, decisions: Decisions = noDecisions): void {
    this.learn(after.local);
    this.learn(after.server);
    const given = (cell: string): boolean => decisions.given(cell) || this.isMoved(cell);
    const lost = this.versions.noteExchange(device.name, after.local, after.server, { ...decisions, given });
    const [first] = lost;
    if (first !== undefined)
      throw new Broken(
        'I1',
        `${first.cell} had ${first.lost ?? 'NULL'} and became ${first.by ?? 'NULL'} without a decision`,
      );
    this.#record(after.local);
  }

  /** What was recorded is still on this side (I1, I10). */
  checkRecorded(side: string, snapshot: Snapshot): void {
    for (const [address, row] of this.#recorded) {
      const found = snapshot.get(address);
      if (!sameCells(this.moved(address, found)[1], this.moved(address, row)[1]))
        throw new Broken('I1', `${address} of ${side} is ${JSON.stringify(found ?? null)}`);
    }
  }

  /** What the device believes of the server is the server (I7, I13), and every difference here is marked. */
  checkBelief(device: SimDevice, classId: string, peerId: string, sides: Sides): void {
    const db = device.file(classId);
    const observed = observedSnapshot(db, peerId);
    if (observed === null) return;
    const wrong = differing(observed, sides.server).find((address) => !this.isGone(address, sides));
    if (wrong !== undefined)
      throw new Broken(
        'I7',
        `${device.name} believes ${wrong} is ${JSON.stringify(observed.get(wrong) ?? null)} and the server has ${JSON.stringify(sides.server.get(wrong) ?? null)}`,
      );
    this.checkMarks(device, classId, peerId, sides.local);
  }

  /** Whether an address is of something that was erased: a device that knows it forgets at once what the server had. */
  isGone(address: string, { server }: Sides): boolean {
    return this.isErased(server.get(address)) || [...this.#erased].some((id) => address.includes(id));
  }

  checkMarks(device: SimDevice, classId: string, peerId: string, local: Snapshot): void {
    const { marked, base } = marksOf(device.file(classId), peerId);
    const unmarked = differing(base, local).find((address) => !marked.has(address));
    if (unmarked !== undefined) throw new Broken('I7', `${device.name} has not marked ${unmarked}`);
  }

  /** Nothing points nowhere, and no two live records hold one number (I12). */
  checkIntegrity(side: string, snapshot: Snapshot): void {
    const has = (table: string, id: string | null | undefined): boolean =>
      snapshot.has(`${table} ${JSON.stringify([id])}`);
    const numbers = new Map<string, string>();
    for (const [address, row] of snapshot) {
      const dangling =
        (row['student_id'] !== undefined && !address.startsWith('erasure ') && !has('student', row['student_id'])) ||
        (row['event_id'] !== undefined && !has('score_event', row['event_id'])) ||
        (row['settlement_id'] !== undefined && !has('settlement', row['settlement_id'])) ||
        (row['group_id'] != null && !has('group', row['group_id']));
      if (dangling) throw new Broken('I12', `${address} of ${side} points nowhere`);
      if (!address.startsWith('student ') || row['number'] == null || row['deleted_at'] != null) continue;
      const other = numbers.get(row['number']);
      if (other !== undefined)
        throw new Broken('I12', `${address} and ${other} of ${side} have the number ${row['number']}`);
      numbers.set(row['number'], address);
    }
  }

  /** Totals as the app shows them are the sum of what is recorded (I10). */
  async checkTotals(device: SimDevice, classId: string, snapshot: Snapshot): Promise<void> {
    const voided = new Set<string | null>();
    for (const [address, row] of snapshot) if (address.startsWith('score_void ')) voided.add(row['event_id'] ?? null);
    const sums = new Map<string, number>();
    for (const [address, row] of snapshot) {
      if (!address.startsWith('score_event ') || voided.has(row['id'] ?? null)) continue;
      const student = row['student_id'] ?? '';
      sums.set(student, (sums.get(student) ?? 0) + Number(row['delta']));
    }
    const { items } = await device.call('student.list', { classId });
    const deleted = await device.call('student.list', { classId, deleted: true });
    for (const { id, allTime } of [...items, ...deleted.items])
      if (allTime !== (sums.get(id) ?? 0))
        throw new Broken('I10', `${device.name} shows ${allTime} for ${id}, recorded are ${sums.get(id) ?? 0}`);
  }
}
