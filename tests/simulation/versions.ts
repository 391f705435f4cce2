import type { Snapshot, Value } from './snapshot.ts';

/**
 * Who had seen what: every value a person gave a cell is a version, and a version knows those its author had before their eyes. A value may
 * only be replaced by one whose author had seen it, or by a decision. Nothing here knows how the engine compares or merges.
 */
interface Version {
  readonly value: Value;
  /** What it is: one version, or several in which people gave the cell the same value. */
  readonly is: ReadonlySet<number>;
  /** Versions the author had seen, itself included. */
  readonly seen: ReadonlySet<number>;
  /** What stood there before, back to the last time both sides had the same: a value put back as it was is no change. */
  readonly before: Version | null;
}

/** Columns of records people change, by table: all but keys and times of creation. Deletion is one flag whatever its time. */
const watched: Readonly<Record<string, readonly string[]>> = {
  group: ['name', 'color', 'sort', 'deleted_at'],
  student: ['name', 'number', 'group_id', 'note', 'deleted_at'],
  reason: ['text', 'delta', 'category', 'sort', 'deleted_at'],
  reward: ['name', 'cost', 'deleted_at'],
  student_tag: ['present'],
  class_setting: ['value'],
};

/** Tables whose rows are deleted by a mark alone: where a row of them is gone, nobody deleted it. */
const marked = new Set(['group', 'student', 'reason', 'reward']);

/** A cell that lost a value nobody had given up. */
export interface Lost {
  readonly cell: string;
  readonly lost: Value;
  readonly by: Value;
}

/** What people had decided before an exchange. */
export interface Decisions {
  /** Whether a decision covers a cell: a choice for its row, or a rule that takes the newer. */
  given(cell: string): boolean;
  /** Whether somebody looked at the server's value and kept the device's. */
  seen(cell: string): boolean;
  /** Whether somebody answered a question about the row: of one that is not on the server any more, about what that had last. */
  answered(cell: string): boolean;
  /** Rows the exchange wrote on the server. */
  readonly sent: ReadonlySet<string>;
  /** Whether the device looked at the server to the end. */
  readonly looked: boolean;
  /** Whether a person took a run back: what the server had before it is put there again, and this device's value is one they know both of. */
  readonly back?: boolean;
}

/** Nobody decided anything. */
export const noDecisions: Decisions = {
  given: () => false,
  seen: () => false,
  answered: () => false,
  sent: new Set(),
  looked: true,
};

type Cells = Map<string, Version>;

/** The watched cells of a snapshot with their values. */
function cellsIn(snapshot: Snapshot): ReadonlyMap<string, Value> {
  const cells = new Map<string, Value>();
  for (const [address, row] of snapshot) {
    const table = address.slice(0, address.indexOf(' '));
    for (const column of watched[table] ?? []) {
      const value = row[column] ?? null;
      const shown =
        column === 'present' ? 'yes' : column === 'deleted_at' ? (value === null ? null : 'deleted') : value;
      cells.set(`${address} ${column}`, shown);
    }
  }
  return cells;
}

/** The versions every side holds. */
export class Versions {
  readonly #sides = new Map<string, Cells>();
  /** Every version a cell of the server ever had. */
  readonly #past = new Map<string, Version[]>();
  /** Every version a cell of a device had when it met the server, by the device. */
  readonly #pastHere = new Map<string, Map<string, Version[]>>();
  #made = 0;

  /** A person changed something on one side. */
  noteEdit(side: string, after: Snapshot): void {
    const cells = this.#cells(side);
    const now = cellsIn(after);
    for (const cell of new Set([...cells.keys(), ...now.keys()])) {
      const version = cells.get(cell);
      const value = now.has(cell) ? (now.get(cell) ?? null) : null;
      if (!now.has(cell) && isMarked(cell)) {
        // It may come back as it was when it went.
        if (version !== undefined && side === 'server') this.#remember(cell, version);
        cells.delete(cell);
        continue;
      }
      if (version !== undefined && version.value === value) continue;
      if (version === undefined && !now.has(cell)) continue;
      const made = this.#putBack(version, value) ?? this.#new(value, version);
      cells.set(cell, made);
      if (side === 'server') this.#remember(cell, made);
    }
  }

  /** A device and the server exchanged something. Answers what was lost without a decision. */
  noteExchange(device: string, local: Snapshot, server: Snapshot, decisions: Decisions): readonly Lost[] {
    const { given, seen, answered, sent, looked, back } = decisions;
    const here = this.#cells(device);
    const there = this.#cells('server');
    // A run carries out what was seen when its list was made: what went since is known to the device when it has looked again.
    this.#agree(here, there, false);
    for (const [cell, version] of there) this.#remember(cell, version);
    const pastHere = this.#pastHere.get(device) ?? new Map<string, Version[]>();
    this.#pastHere.set(device, pastHere);
    for (const [cell, version] of here) this.#remember(cell, version, pastHere);
    const lost: Lost[] = [];
    const before = { here: new Map(here), there: new Map(there) };
    const take = (cells: Cells, own: Cells, other: Cells, now: ReadonlyMap<string, Value>): void => {
      for (const cell of new Set([...own.keys(), ...now.keys()])) {
        const old = own.get(cell);
        const value = now.get(cell) ?? null;
        if (old === undefined ? !now.has(cell) : old.value === value) continue;
        const source = other.get(cell);
        // What a run had replaced here comes back as what it was: whoever had seen it may replace it again.
        const was =
          back === true && cells === here ? pastHere.get(cell)?.findLast((each) => each.value === value) : null;
        const arrived =
          source !== undefined && source.value === value
            ? source
            : (was ?? this.#pastOf(back === true ? this.#cells('server') : other, cell, value));
        const covered = given(cell);
        if (old !== undefined && !covered && !(arrived !== null && hasSeen(arrived, old)))
          lost.push({ cell, lost: old.value, by: value });
        // What was made like the other side, which never had it, is not there: nobody deleted it.
        const neverThere = covered && source === undefined && arrived === null;
        if (!now.has(cell) && (isMarked(cell) || neverThere || (back === true && cells === here))) cells.delete(cell);
        else {
          const taken = this.#taken(value, arrived, [old, source]);
          const lost = cells === there ? this.#lostAs(old, cell, value) : undefined;
          cells.set(
            cell,
            lost === undefined ? taken : { ...taken, is: union(taken.is, lost.is), seen: union(taken.seen, lost.seen) },
          );
        }
      }
    };
    take(here, before.here, there, cellsIn(local));
    take(there, before.there, before.here, cellsIn(server));
    this.#agree(here, there, looked);
    // A decision is about a whole record: where it was carried out on the server, the device's values were given up with it, also in cells it left as they were.
    for (const [cell, mine] of here) {
      const other = there.get(cell);
      if (other === undefined) continue;
      const gone = before.there.has(cell) || !answered(cell) ? undefined : this.#past.get(cell)?.at(-1);
      const both = union(union(mine.seen, other.seen), gone?.seen);
      // The server's value is what both agree on from now on: whoever puts it back here changes nothing.
      if (seen(cell) || (back === true && given(cell))) here.set(cell, { ...mine, seen: both, before: other });
      if (sent.has(rowOf(cell)) && given(cell)) there.set(cell, { ...other, seen: both });
    }
    return lost;
  }

  /** What a side holds now, for going back to it or for a copy of the side. */
  copyOf(side: string): ReadonlyMap<string, unknown> {
    return new Map(this.#cells(side));
  }

  /** A side holds what was copied before, of itself or of another. */
  become(side: string, copy: ReadonlyMap<string, unknown>): void {
    this.#sides.set(side, new Map(copy as Cells));
  }

  /** What the server had when a plan was made may be what arrives, although somebody changed it there since. */
  #pastOf(cells: Cells, cell: string, value: Value): Version | null {
    if (cells !== this.#sides.get('server')) return null;
    return this.#past.get(cell)?.findLast((each) => each.value === value) ?? null;
  }

  /** What a row of the server had last that it lost and that comes back with the same value: whatever that one had seen need not be seen again. */
  #lostAs(old: Version | undefined, cell: string, value: Value): Version | undefined {
    const last = old === undefined ? this.#past.get(cell)?.at(-1) : undefined;
    return last?.value === value ? last : undefined;
  }

  #cells(side: string): Cells {
    const found = this.#sides.get(side);
    if (found !== undefined) return found;
    const made: Cells = new Map();
    this.#sides.set(side, made);
    return made;
  }

  #remember(cell: string, version: Version, past = this.#past): void {
    const known = past.get(cell);
    if (known === undefined) past.set(cell, [version]);
    else if (known.at(-1) !== version) known.push(version);
  }

  #new(value: Value, before: Version | undefined): Version {
    this.#made += 1;
    const is = new Set([this.#made]);
    return { value, is, seen: union(is, before?.seen), before: before ?? null };
  }

  /**
   * The value was put back to one that stood there since both sides last had the same: whoever had seen that one may replace it, and it has seen all that came
   * between.
   */
  #putBack(version: Version | undefined, value: Value): Version | null {
    if (version === undefined) return null;
    for (let each = version.before; each !== null; each = each.before) {
      if (each.value !== value) continue;
      const made = this.#new(value, version);
      return { ...made, is: union(made.is, each.is) };
    }
    return null;
  }

  /** What a side has after an exchange: what arrived from the other, or something new made of both. */
  #taken(value: Value, arrived: Version | null, known: readonly (Version | undefined)[]): Version {
    const made = arrived ?? this.#new(value, undefined);
    const seen = known.reduce<ReadonlySet<number>>((all, each) => union(all, each?.seen), made.seen);
    return { value, is: made.is, seen, before: null };
  }

  /** Where both sides hold the same value, each has seen the other's; what stood there before counts no more once the device knows. */
  #agree(here: Cells, there: Cells, looked: boolean): void {
    // What is gone from the server and was never here is on neither side: who adds it here after a look knows that it went.
    if (looked)
      for (const [cell, other] of there)
        if (other.value === null && isMembership(cell) && !here.has(cell)) here.set(cell, other);
    for (const [cell, mine] of here) {
      const other = there.get(cell);
      if (other === undefined || other === mine || other.value !== mine.value) continue;
      const { value } = mine;
      const both = { value, is: union(mine.is, other.is), seen: union(mine.seen, other.seen), before: null };
      here.set(cell, looked ? both : { ...both, before: mine.before });
      there.set(cell, both);
    }
  }
}

function isMarked(cell: string): boolean {
  return marked.has(cell.slice(0, cell.indexOf(' ')));
}

/** Whether the cell says that a row of a set is there, and nothing else. */
function isMembership(cell: string): boolean {
  return cell.endsWith(' present');
}

function rowOf(cell: string): string {
  return cell.slice(0, cell.lastIndexOf(' '));
}

function union(a: ReadonlySet<number>, b: ReadonlySet<number> = new Set()): ReadonlySet<number> {
  return new Set([...a, ...b]);
}

function hasSeen(version: Version, old: Version): boolean {
  return [...old.is].some((each) => version.seen.has(each));
}
