import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../electron/remote/migrations/migrate.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { everyTypeCatalog } from '../support/every-type-catalog.ts';
import { openSession } from '../support/managed-database.ts';
import { serverTruth } from '../support/same-catalog.ts';
import { testDatabase } from '../support/test-database.ts';
import { newDevice, ownFolder } from './support/run-tallybook.ts';

describe('catalog infer', () => {
  it('writes the catalog of a schema to a file that check takes, as a role without rights, and says why', async () => {
    const database = await testDatabase();
    const owner = await openSession(database);
    onTestFinished(async () => await owner.close());
    const [role, password] = [`reader_${randomBytes(4).toString('hex')}`, randomBytes(12).toString('hex')];
    await owner.query(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
    await migrate(owner, { catalog: everyTypeCatalog, grantTo: [] });
    const device = await newDevice('Room 301 PC', { env: { TALLYBOOK_PASSWORD: password } });
    await ownFolder(device);
    const { host, port, database: name } = database.config;
    const flags = ['--url', `postgres://${role}@${host}:${port}/${name}`, '--tls', 'disable'];
    const file = join(device.folder, 'inferred.json');

    const told = await device.json(['catalog', 'infer', ...flags, '--schema', 'Registry test', '--out', file]);
    expect(Object.keys(told)).toEqual(['ok', 'catalog', 'notes']);
    const written = JSON.parse(readFileSync(file, 'utf8')) as Catalog;
    expect(written).toEqual(told['catalog']);
    expect(serverTruth(written)).toEqual(serverTruth(everyTypeCatalog));
    expect(told['notes']).toContainEqual({
      kind: 'guess',
      table: 'membership',
      column: null,
      why: 'kind-set',
      detail: null,
    });
    expect((await device.json(['catalog', 'check', file]))['ok']).toBe(true);

    // What somebody may have corrected since is not written over.
    const again = await device.run(['catalog', 'infer', ...flags, '--schema', 'Registry test', '--out', file]);
    expect([again.code, again.json.error.params['problem']]).toEqual([2, 'file-exists']);
    const nothing = join(device.folder, 'nothing.json');
    const none = await device.run(['catalog', 'infer', ...flags, '--out', nothing]);
    expect([none.code, none.json['ok'], none.json['catalog']]).toEqual([9, false, null]);
    expect(existsSync(nothing)).toBe(false);
    expect((await device.run(['catalog', 'infer', ...flags, '--schema', 'nowhere'])).json.error.code).toBe('not-found');
    const people = await device.say(['catalog', 'infer', ...flags, '--schema', 'Registry test']);
    expect(people.stdout).toContain('memberships: there is nothing but the key');
  });
});
