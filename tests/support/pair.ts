import { expect } from 'vitest';
import { firstUpload, joinClass, startDevice, type Book } from './device.ts';
import type { TestDatabase } from './postgres.ts';
import { testDatabase } from './test-database.ts';

/** Two devices on one class that hold the same. */
export interface Pair extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly a: Book;
  readonly b: Book;
}

/** A class uploaded by one device and joined by another. */
export async function pair(students?: readonly string[]): Promise<Pair> {
  const database = await testDatabase();
  const [deviceA, deviceB] = [await startDevice('Room 301 PC'), await startDevice('Office PC')];
  const a = await firstUpload(deviceA, database, students);
  const b = await joinClass(deviceB, database);
  return {
    database,
    a,
    b,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([deviceA, deviceB].map(async (device) => await device[Symbol.asyncDispose]()));
    },
  };
}

/** Every device syncs, twice, so that what the last one sent reaches the first. */
export async function settle(...books: readonly Book[]): Promise<void> {
  for (const book of [...books, ...books]) await book.sync();
}

/** Both devices have the same totals and nothing left to do. */
export async function expectSame(a: Book, b: Book): Promise<void> {
  expect(await a.totals()).toEqual(await b.totals());
  for (const book of [a, b]) expect((await book.preview()).total).toBe(0);
}

/** The place of the row with this label in a plan. */
export async function placeOf(book: Book, planId: string, label: string): Promise<number> {
  const found = (await book.rows(planId)).find((row) => row.label === label);
  if (found === undefined) throw new Error(`no row ${label} in the plan`);
  return found.ordinal;
}

/** A preview that is cancelled when the first rows of the server have come. */
export async function previewCutShort({ device, classId, connectionId }: Book): Promise<void> {
  const control = new AbortController();
  const cut = device.client.call(
    'sync.preview',
    { classId, connectionId },
    {
      signal: control.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'observe' && done > 0) control.abort();
      },
    },
  );
  await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
}
