import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from '@playwright/test';
import type { ConnectedClass } from './connected-class.ts';
import type { Written } from './plan-results.ts';

type Stored = Readonly<Record<string, unknown>>;

/**
 * Both sides hold what a run was announced to leave there, read with plain SQL: of every record the values it was to have last, or none where it was to be gone.
 * Of times only whether there is one, because each side writes them in its own way.
 */
export async function expectOnBothSides(made: ConnectedClass, said: readonly Written[]): Promise<void> {
  const last = new Map(said.map((row) => [`${row.side} ${row.table} ${JSON.stringify(row.key)}`, row]));
  const file = new DatabaseSync(join(made.app.folder, 'classes', `${made.classId}.db`), { readOnly: true });
  try {
    for (const [about, row] of last) {
      const found = row.side === 'up' ? await onServer(made, row) : here(file, row);
      expect([about, found === null ? null : told(found, row)]).toEqual([
        about,
        row.after === null ? null : told(row.after, row),
      ]);
    }
  } finally {
    file.close();
  }
}

async function onServer(made: ConnectedClass, { table, key }: Written): Promise<Stored | null> {
  const where = Object.keys(key).map((name, place) => `"${name}"::text = $${place + 1}`);
  const statement = `SELECT to_jsonb(found) FROM tallybook."${table}" found WHERE ${where.join(' AND ')}`;
  const [row] = await made.onServer(statement, ...Object.values(key));
  return row === undefined ? null : (JSON.parse(row[0] ?? '{}') as Stored);
}

function here(file: DatabaseSync, { table, key }: Written): Stored | null {
  const where = Object.keys(key).map((name) => `"${name}" = ?`);
  return file.prepare(`SELECT * FROM "${table}" WHERE ${where.join(' AND ')}`).get(...Object.values(key)) ?? null;
}

/** The values an announcement speaks of, as a person would read them. */
function told(stored: Stored, { after }: Written): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.keys(after ?? {}).map((name) => [name, wordFor(name, stored[name])]));
}

function wordFor(name: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (name === 'at' || name.endsWith('_at')) return 'a time';
  const word = typeof value === 'string' ? value : JSON.stringify(value);
  return truths[word] ?? word;
}

/** How each side writes yes and no. */
const truths: Readonly<Record<string, string>> = { true: '1', t: '1', false: '0', f: '0' };
