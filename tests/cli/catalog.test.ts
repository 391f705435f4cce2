import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { inProcess as tallybook } from './support/run-tallybook.ts';

describe('catalog', () => {
  it('lists the catalogs of the app and shows one as the JSON that check takes', async () => {
    const file = join(tempFolder(), 'tables.json');
    expect((await tallybook(['--json', 'catalog', 'list'])).json).toEqual({
      items: [{ id: 'classroom', version: 1, schema: 'tallybook', tables: classroomCatalog.tables.length }],
    });
    const shown = await tallybook(['--json', 'catalog', 'show', 'classroom']);
    writeFileSync(file, JSON.stringify(shown.json));
    expect(await tallybook(['--json', 'catalog', 'check', file])).toMatchObject({
      code: 0,
      json: { ok: true, problems: [] },
    });
    expect((await tallybook(['--json', 'catalog', 'show', 'nothing'])).json).toMatchObject({
      error: { code: 'not-found' },
    });
  });

  it('names everything that is wrong with a file, and ends with 9', async () => {
    const folder = tempFolder();
    const file = join(folder, 'tables.json');
    const tables = classroomCatalog.tables.map((table) => ({ ...table, name: `${table.name}"` }));
    writeFileSync(file, JSON.stringify({ ...classroomCatalog, tables }));
    const told = await tallybook(['--json', 'catalog', 'check', file]);
    expect(told.code).toBe(9);
    expect(told.json).toMatchObject({ ok: false, catalog: null });
    expect(told.json.problems).toContainEqual({ reason: 'identifier', table: 'student"', column: null, detail: null });
    writeFileSync(file, 'no JSON');
    expect((await tallybook(['--json', 'catalog', 'check', file])).json.problems).toEqual([
      { reason: 'shape', table: null, column: null, detail: '/' },
    ]);
    expect((await tallybook(['--json', 'catalog', 'check', join(folder, 'nowhere')])).code).toBe(2);
  });
});
