import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { killCommand, startCommand } from '../support/command-line.ts';
import { filesWith } from '../support/files-with.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';

const wrongPassword = 'canary-wrong-5d2e';
const names = ['Canary Chen', '金丝雀', "O'Canary"];
const note = 'canary-note-quiet';

let folder: string;
let temp: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallybook-canary-'));
  temp = mkdtempSync(join(tmpdir(), 'tallybook-canary-temp-'));
  vi.stubEnv('TMPDIR', temp);
  // Fifteen commands read the same program: all but the first are half as long. It lies where secrets are looked for as well.
  vi.stubEnv('NODE_COMPILE_CACHE', join(temp, 'compiled'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const each of [folder, temp]) rmSync(each, { recursive: true, force: true });
});

it('a password is in no file and no output, and a name in no log, after a story with everything that can go wrong', async () => {
  const database = await testDatabase();
  const { host, port, user, password, database: name } = database.config;
  const outputs: string[] = [];
  const diagnostics: string[] = [];
  const run = async (
    args: readonly string[],
    secret = password,
  ): Promise<{ readonly code: number | null; readonly json: Record<string, unknown> }> => {
    const { code, stdout, stderr } = await startCommand(folder, secret, args).ended;
    outputs.push(stdout, stderr);
    if (args[0] === 'doctor' || args[0] === 'log') diagnostics.push(stdout, stderr);
    return { code, json: JSON.parse(stdout) as Record<string, unknown> };
  };
  const flags = ['--host', host, '--port', String(port), '--database', name, '--user', user, '--tls', 'disable'];
  await run(['--device', 'Room 301', 'class', 'create', '5B']);
  for (const student of names) await run(['student', 'add', student, '--note', note]);
  await run(['connection', 'add', 'school', ...flags]);
  expect(await run(['preview'], wrongPassword)).toMatchObject({ code: 5, json: { error: { code: 'password-wrong' } } });
  expect(await run(['connection', 'init', 'school', '--yes'])).toMatchObject({ code: 0 });
  // The server says no, and says the name while it does.
  await sql(database.config, `ALTER TABLE tallybook.student ADD CONSTRAINT no_canary CHECK (name <> 'Canary Chen')`);
  expect((await run(['apply', '--now'])).code).toBe(9);
  await sql(database.config, 'ALTER TABLE tallybook.student DROP CONSTRAINT no_canary');
  await sql(
    database.config,
    `CREATE FUNCTION public.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never %', NEW USING DETAIL = NEW.name, HINT = NEW.note; END $$`,
  );
  await sql(
    database.config,
    'CREATE TRIGGER shout BEFORE INSERT ON tallybook.student FOR EACH ROW EXECUTE FUNCTION public.shout()',
  );
  expect((await run(['apply', '--now'])).code).toBe(9);
  await sql(database.config, 'DROP TRIGGER shout ON tallybook.student');
  const crashed = startCommand(folder, password, ['apply', '--now']);
  await new Promise((resolve) => crashed.process.stderr?.once('data', resolve).once('close', resolve));
  await killCommand(crashed);
  expect((await run(['sync', '--now'])).code).toBe(0);
  const { items } = (await run(['student', 'list'])).json as { readonly items: readonly { readonly id: string }[] };
  await run(['student', 'export', items[0]?.id ?? '']);
  await run(['doctor']);
  await run(['log']);

  expect(filesWith(folder, [password, wrongPassword])).toEqual([]);
  expect(filesWith(temp, [password, wrongPassword, ...names, note])).toEqual([]);
  const said = outputs.join('\n');
  for (const secret of [password, wrongPassword]) expect(said).not.toContain(secret);
  // The class file holds the names, and nothing beside it does.
  const holders = filesWith(folder, [...names, note]).map((file) => file.slice(folder.length + 1));
  expect(holders.length).toBeGreaterThan(0);
  expect(holders.filter((file) => !/^(?:classes|backups)[/\\]/.test(file))).toEqual([]);
  for (const text of [...names, note]) expect(diagnostics.join('\n')).not.toContain(text);
}, 120_000);
