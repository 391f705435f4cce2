import { describe, expect, it, onTestFinished } from 'vitest';
import { certificateFingerprint, createServerCertificate } from '../../electron/builtin-server/certificate.ts';
import { fake, startFakeServer } from '../support/fake-postgres.ts';
import type { Conversation, FakeServer } from '../support/fake-postgres.ts';
import { testDatabase } from '../support/test-database.ts';
import { inProcess, newDevice, ownFolder, startTallybook, told } from './support/run-tallybook.ts';
import type { Told } from './support/run-tallybook.ts';

type FlagValues = Readonly<Record<string, string>>;

const password = 'canary-4T';

async function fakeServer(script: (talk: Conversation) => Promise<void> | void): Promise<FakeServer> {
  const server = await startFakeServer(script);
  onTestFinished(async () => await server.close());
  return server;
}

function testFlags(values: FlagValues): readonly string[] {
  const usual = { host: '127.0.0.1', database: 'points', user: 'teacher', tls: 'disable' };
  return Object.entries({ ...usual, ...values }).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The step that failed, its code and the exit code; the words for people name the same trouble. */
async function trouble(values: FlagValues, secret = password): Promise<readonly unknown[]> {
  const device = await newDevice();
  await ownFolder(device);
  const { folder } = device;
  const run = async (...global: readonly string[]): Promise<Told> =>
    await inProcess(['--data', folder, ...global, 'connection', 'test', ...testFlags(values)], {
      env: { TALLYBOOK_PASSWORD: secret },
    });
  const [json, plain] = [await run('--json'), await run()];
  expect(Object.keys(json.json)).toEqual(['ok', 'steps']);
  expect(plain.code).toBe(json.code);
  expect(plain.stdout).toContain('failed');
  expect(json.stdout + json.stderr + plain.stdout + plain.stderr).not.toContain(password);
  const failed = json.json.steps.find((step) => step.state === 'failed');
  return [json.code, failed?.id, failed?.code];
}

describe('a connection that does not work', () => {
  it('names the step and the reason for a wrong host, port, password and database', async () => {
    const { config } = await testDatabase();
    const { user, database } = config;
    const port = String(config.port);
    expect(await trouble({ host: 'no-such-host.invalid' })).toEqual([5, 'name', 'host-not-found']);
    expect(await trouble({ port: '1' })).toEqual([5, 'tcp', 'refused']);
    expect(await trouble({ port, user, database })).toEqual([5, 'login', 'password-wrong']);
    expect(await trouble({ port, user, database: 'nowhere' }, config.password)).toEqual([
      5,
      'database',
      'database-missing',
    ]);
    expect(await trouble({ port, user, database, tls: 'require' }, config.password)).toEqual([
      5,
      'tls',
      'tls-not-offered',
    ]);
  });

  it('names a server that is not PostgreSQL', async () => {
    const web = await fakeServer(async (talk) => {
      await talk.next();
      talk.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
      talk.socket.end();
    });
    expect(await trouble({ port: String(web.port) })).toEqual([5, 'login', 'not-postgres']);
  });

  it('does not say who is there where the line is cut before the first byte', async () => {
    const gone = await fakeServer((talk) => void talk.socket.end());
    expect(await trouble({ port: String(gone.port) })).toEqual([5, 'login', 'connection-dropped']);
    expect(await trouble({ port: String(gone.port), tls: 'require' })).toEqual([5, 'tls', 'connection-dropped']);
  });

  it('passes on a server that works, and says that nothing is set up there yet', async () => {
    const { config } = await testDatabase();
    const { folder } = await newDevice();
    const { user, database } = config;
    const port = String(config.port);
    const test = await inProcess(
      ['--data', folder, '--json', 'connection', 'test', ...testFlags({ port, user, database })],
      { env: { TALLYBOOK_PASSWORD: config.password } },
    );
    expect([test.code, test.json['ok']], test.stdout).toEqual([0, true]);
    expect(test.json.steps.map((step) => step.state)).not.toContain('failed');
  });

  it('is given up at once on Ctrl+C, with 130 and one document', async () => {
    const device = await newDevice();
    const silent = await fakeServer(async (talk) => {
      while ((await talk.next()) !== null);
    });
    const child = startTallybook(
      ['--data', device.folder, '--json', 'connection', 'test', ...testFlags({ port: String(silent.port) })],
      { env: { TALLYBOOK_PASSWORD: password } },
    );
    const end = told(child);
    await expect.poll(() => silent.connections().made, { timeout: 20_000 }).toBe(1);
    const since = performance.now();
    child.kill('SIGINT');
    const { code, json } = await end;
    expect([code, json.error.code]).toEqual([130, 'cancelled']);
    expect(performance.now() - since).toBeLessThan(3000);
    await expect.poll(() => silent.connections().open).toBe(0);
  });

  it('is reported by preview with the exit code of its cause and shown as failed in the list', async () => {
    const device = await newDevice('Room 301 PC', { env: { TALLYBOOK_PASSWORD: password } });
    await device.json(['class', 'create', '5B']);
    await device.json(['connection', 'add', 'school', ...testFlags({ port: '1' })]);
    const preview = await device.run(['preview']);
    expect([preview.code, preview.json.error.code]).toEqual([5, 'refused']);
    const [connection] = (await device.json(['connection', 'list'])).items;
    expect(connection).toMatchObject({ status: 'FAILED', error: { code: 'refused' } });
    const doctor = await device.run(['doctor']);
    expect([doctor.code, doctor.json['ok']]).toEqual([5, false]);
    expect(doctor.json.checks.find((check) => check.id === 'connection')).toMatchObject({
      state: 'failed',
      code: 'refused',
    });
    const plain = await device.say(['preview']);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).not.toContain(password);
  });
});

it('a verified server gets the password in clear text only with --allow-weak-password, and --scram-only takes that back', async () => {
  const identity = createServerCertificate({
    commonName: 'school',
    dnsNames: ['localhost'],
    addresses: ['127.0.0.1'],
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
  });
  const server = await fakeServer(async (talk) => {
    await talk.next();
    talk.send(Buffer.from('S'));
    talk.secure(identity);
    await talk.next();
    talk.send(fake.asksCleartext);
    await talk.next();
    talk.send(fake.error('28P01', 'auth_failed'));
    while ((await talk.next()) !== null);
  });
  const device = await newDevice();
  await ownFolder(device);
  await device.run(['class', 'create', '5B']);
  const fingerprint = certificateFingerprint(identity.certificate);
  const flags = testFlags({ port: String(server.port), tls: 'require', fingerprint });
  const failure = async (): Promise<unknown> => {
    const told = await device.run(['connection', 'test', 'school'], { env: { TALLYBOOK_PASSWORD: password } });
    return told.json.steps.find((step) => step.state === 'failed')?.code;
  };
  await device.run(['connection', 'add', 'school', ...flags, '--password-stdin'], { stdin: `${password}\n` });
  expect(await failure()).toBe('password-downgrade');
  await device.run(['connection', 'set', 'school', '--allow-weak-password']);
  expect(await failure()).toBe('password-wrong');
  expect(server.received().includes(password)).toBe(true);
  await device.run(['connection', 'set', 'school', '--port', String(server.port)]);
  expect(await failure()).toBe('password-wrong');
  await device.run(['connection', 'set', 'school', '--scram-only']);
  expect(await failure()).toBe('password-downgrade');
});
