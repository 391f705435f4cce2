import { expect, it } from 'vitest';
import { onTestFinished } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { ClockReading } from '../../shared/sync/clock.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { buildPlanRows } from '../../electron/sync/build-plan.ts';
import { classFileOf, createClassFile } from '../../electron/store/class-files.ts';
import { openClassStore, type ClassStore } from '../../electron/store/class-store.ts';
import { addConnection, getConnection } from '../../electron/store/connection-store.ts';
import { addContact } from '../../electron/store/sync/clock-store.ts';
import { changeSeq, peerFor, writingFor } from '../../electron/store/sync/peer-store.ts';
import { beginPlan, planRow } from '../../electron/store/sync/plan-store.ts';
import { openTrees, type Trees } from '../../electron/store/sync/trees.ts';
import { writeRow } from '../../electron/store/catalog-rows.ts';
import { uuidv7 } from '../../electron/store/uuid.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { rowOf } from '../support/remote-runs.ts';
import { testFolder } from '../support/test-class.ts';

/** A generator of pseudo-random numbers from a seed (mulberry32), so that a case can be made again. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hour = 3_600_000;
const student = tableOf(classroomCatalog, 'student');

/** A PC in true time (the server's), whose clocks are attacked: set, put to sleep, started again. */
class AttackedPc {
  readonly random: () => number;
  trueMs = 1_700_000_000_000;
  #wallAhead: number;
  #monotonicFrom: number;
  #boot = 0;
  /** The monotonic clock of a real computer is off by some parts per million. */
  readonly #rate: number;

  constructor(random: () => number) {
    this.random = random;
    this.#wallAhead = (random() - 0.5) * 20 * 365 * 24 * hour;
    this.#monotonicFrom = this.trueMs - random() * 100 * hour;
    this.#rate = 1 + (random() - 0.5) * 200e-6;
  }

  readonly read = (): ClockReading => ({
    wallMs: Math.round(this.trueMs + this.#wallAhead),
    monotonicMs: (this.trueMs - this.#monotonicFrom) * this.#rate,
    bootId: `boot ${this.#boot}`,
  });

  /** Time passes, and with it anything that can happen to clocks. */
  live(attacks: boolean): void {
    const { random } = this;
    this.trueMs += 1 + random() ** 4 * 30 * 24 * hour;
    if (!attacks) return;
    const event = Math.floor(random() * 8);
    if (event === 0) this.#wallAhead += (random() - 0.5) * 20 * 365 * 24 * hour;
    if (event === 1) this.#wallAhead += random() < 0.5 ? hour : -hour;
    if (event === 2) {
      // Asleep: the monotonic clock stands still.
      const asleep = random() * 12 * hour;
      this.trueMs += asleep;
      this.#monotonicFrom += asleep;
    }
    if (event === 3) {
      this.#boot += 1;
      this.#monotonicFrom = this.trueMs;
    }
    if (event === 4) this.#wallAhead -= random() * 1000;
  }

  /** A contact: the answer was made somewhere on the way. */
  contact() {
    const half = 1 + this.random() ** 3 * 3_000;
    const serverMs = this.trueMs + (this.random() * 2 - 1) * half;
    return { ...this.read(), serverMs, uncertaintyMs: half + 1 };
  }
}

interface World {
  readonly store: ClassStore;
  readonly pc: AttackedPc;
  readonly trees: Trees;
  readonly peerId: string;
}

const names = ['up', 'down', 'gone here', 'clash', 'note', 'merged'] as const;
type Name = (typeof names)[number];

const pupil = (name: Name, cells: Row = {}): Row =>
  rowOf('student', {
    id: `00000000-0000-7000-8000-00000000000${names.indexOf(name)}`,
    name,
    number: null,
    note: 'agreed',
    ...cells,
  });
const keyOf = (name: Name) => ({ table: 'student', pk: JSON.stringify([pupil(name)['id']]) });

/** What each side does to each row, at some time of its own. */
const edits: Readonly<Record<Name, { readonly here?: Row; readonly there?: Row }>> = {
  up: { here: { number: '1' } },
  down: { there: { number: '2' } },
  'gone here': { here: { deleted_at: '2026-11-20T08:00:00.000Z' } },
  clash: { here: { name: 'A' }, there: { name: 'B' } },
  note: { here: { note: 'here' }, there: { note: 'there' } },
  merged: { here: { number: '5' }, there: { note: 'there' } },
};

/** What a plan says of the rows, whatever the clocks did; only `note` may be settled by them or not. */
const always = {
  up: 'update',
  down: 'update',
  'gone here': 'delete',
  clash: 'conflict both-updated',
  merged: 'update',
};

async function planOf({
  store,
  peerId,
}: World): Promise<ReadonlyMap<string, { readonly what: string; readonly note: string | null }>> {
  const [connection] = [
    getConnection(store, (store.db.prepare('SELECT id FROM connection').get() as { id: string }).id),
  ];
  const planId = uuidv7();
  const seq = changeSeq(store);
  const peer = peerFor(store, {
    system: 's',
    databaseOid: 'd',
    schema: 'tallybook',
    scope: 'c',
    epoch: 'e',
    timeline: null,
    owner: 'o',
  });
  const now = '2026-11-20T08:00:00.000Z';
  beginPlan(store, {
    id: planId,
    connectionId: connection.id,
    peerId,
    madeAt: now,
    seq,
    deviceId: 'o',
    epoch: 'e',
    catalogHash: '',
    firstContact: false,
    purpose: 'sync',
    undoes: null,
  });
  const call = { signal: new AbortController().signal, progress: () => {} };
  const { total } = await buildPlanRows(
    store,
    { planId, catalog: classroomCatalog, connection, peer, device: 'pc', now, seq, blocks: [] },
    call,
  );
  const rows = new Map<string, { readonly what: string; readonly note: string | null }>();
  for (let ordinal = 0; ordinal < total; ordinal += 1) {
    const row = planRow(store, planId, ordinal);
    if (row === null) continue;
    const what = row.conflict === null ? row.kind : `${row.kind} ${row.conflict}`;
    const name = names.find((candidate) => keyOf(candidate).pk === row.pk) ?? row.pk;
    rows.set(name, { what, note: row.result?.['note'] ?? null });
  }
  return rows;
}

/** One life of a class between two contacts and more; answers when each side last edited the note, in true time. */
function live(
  { store, pc, trees, peerId }: World,
  attacks: boolean,
): { readonly here: number; readonly there: number } {
  store.transaction(() =>
    writingFor(store, peerId, () => {
      for (const name of names) {
        writeRow(store, student, keyOf(name).pk, pupil(name));
        trees.setBase(keyOf(name), pupil(name), 'then');
        trees.clearDirty(keyOf(name));
        trees.dropRemote(keyOf(name));
      }
    }),
  );
  const when = { here: 0, there: 0 };
  store.transaction(() => addContact(store, peerId, pc.contact()));
  for (const side of pc.random() < 0.5 ? (['here', 'there'] as const) : (['there', 'here'] as const)) {
    pc.live(attacks);
    if (pc.random() < 0.3) store.transaction(() => addContact(store, peerId, pc.contact()));
    for (const name of names) {
      const edit = edits[name][side];
      if (edit === undefined) continue;
      if (side === 'here') store.transaction(() => writeRow(store, student, keyOf(name).pk, pupil(name, edit)));
      else {
        // The other device knows its own edit to within something.
        const [before, after] = [pc.random() * 2_000, pc.random() * 2_000];
        const at = (ms: number): string => new Date(ms).toISOString();
        trees.setRemote(keyOf(name), {
          row: pupil(name, edit),
          ver: '2',
          editedFrom: at(pc.trueMs - before),
          editedAt: at(pc.trueMs + after),
          by: 'other',
        });
      }
    }
    when[side] = pc.trueMs;
  }
  pc.live(attacks);
  store.transaction(() => addContact(store, peerId, pc.contact()));
  return when;
}

function openWorld(random: () => number): World {
  const pc = new AttackedPc(random);
  const folder = testFolder();
  const classId = uuidv7();
  createClassFile(folder, { id: classId, name: '5B', sample: false, empty: true });
  const store = openClassStore(classFileOf(folder, classId), { classId, clock: () => pc.read() });
  onTestFinished(() => store.close());
  store.db.pragma('synchronous = OFF');
  const peer = peerFor(store, {
    system: 's',
    databaseOid: 'd',
    schema: 'tallybook',
    scope: 'c',
    epoch: 'e',
    timeline: null,
    owner: 'o',
  });
  addConnection(
    store,
    {
      name: 'school',
      builtin: false,
      host: 'h',
      port: 1,
      database: 'd',
      user: 'u',
      tls: 'disable',
      mode: 'two-way',
      deletes: 'keep',
      ca: null,
      fingerprint: null,
      allowWeakPassword: false,
    },
    '2026-11-20T08:00:00.000Z',
  );
  return { store, pc, trees: openTrees(store, peer.id), peerId: peer.id };
}

it('any offset, jump, sleep or restart leaves what a plan lists as it is: it may ask which note is newer, and never takes the older one', async () => {
  const cases = Number(process.env['TALLYBOOK_CLOCK_CASES'] ?? 200);
  const first = Number(process.env['TALLYBOOK_CLOCK_SEED'] ?? 1);
  const random = seeded(first);
  const world = openWorld(random);
  let [settled, asked] = [0, 0];
  for (let n = 0; n < cases; n += 1) {
    const attacks = random() < 0.8;
    const when = live(world, attacks);
    const rows = await planOf(world);
    const place = `seed ${first}, case ${n}`;
    const listed = Object.fromEntries(
      [...rows].filter(([name]) => name !== 'note').map(([name, { what }]) => [name, what]),
    );
    expect(listed, place).toEqual(always);
    const { what, note } = rows.get('note') ?? { what: 'nothing', note: null };
    if (what === 'update') {
      settled += 1;
      expect(note, place).toBe(when.here > when.there ? 'here' : 'there');
    } else {
      asked += 1;
      expect(what, place).toBe('conflict both-updated');
    }
  }
  // It cannot pass by always asking, or by never being attacked.
  expect(settled).toBeGreaterThan(cases / 5);
  expect(asked).toBeGreaterThan(cases / 20);
}, 600_000);
