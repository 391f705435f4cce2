import { afterEach, expect, it } from 'vitest';
import { fake, startFakeServer } from '../../tests/support/fake-postgres.ts';
import type { Conversation, FakeServer } from '../../tests/support/fake-postgres.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { TestStep } from '../../shared/contract/connection.ts';
import { testConnection } from './connection-test.ts';
import type { Endpoint } from './remote.ts';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const base: Endpoint = {
  host: '127.0.0.1',
  port: 5432,
  database: 'school',
  user: 'teacher',
  password: 'secret',
  tls: 'disable',
  ca: null,
  fingerprint: null,
  applicationName: 'tallybook test',
};
const quick = { name: 2_000, tcp: 2_000, tls: 150, login: 150, query: 150 };
const usual = { catalog: classroomCatalog, readOnly: false, now: () => Date.now(), timeouts: quick };

async function serve(script: (talk: Conversation) => Promise<void> | void): Promise<Endpoint> {
  server = await startFakeServer(script);
  return { ...base, port: server.port };
}

/** The states of a test in a line, with the code of what failed. */
function summary(steps: readonly TestStep[]): string {
  return steps.map(({ id, state, code }) => `${id} ${state}${code === null ? '' : ` ${code}`}`).join(', ');
}

const skippedFrom = {
  tcp: 'tls skipped, login skipped, database skipped, version skipped, rights skipped, schema skipped, clock skipped',
  tls: 'login skipped, database skipped, version skipped, rights skipped, schema skipped, clock skipped',
  login: 'database skipped, version skipped, rights skipped, schema skipped, clock skipped',
};

it('stops at a name that does not exist', async () => {
  const { ok, steps } = await testConnection({ ...base, host: 'a..b' }, usual);
  expect(ok).toBe(false);
  expect(summary(steps)).toBe(`name failed host-not-found, tcp skipped, ${skippedFrom.tcp}`);
  expect(steps[0]?.params).toMatchObject({ host: 'a..b' });
});

it('stops at a port where nothing listens, and names the address', async () => {
  const endpoint = await serve(() => {});
  await server?.close();
  const { steps } = await testConnection(endpoint, usual);
  expect(summary(steps)).toBe(`name ok, tcp failed refused, ${skippedFrom.tcp}`);
  expect(steps[1]?.params).toEqual({ host: '127.0.0.1', port: endpoint.port });
});

it('stops at a server that is no PostgreSQL', async () => {
  const endpoint = await serve(async (talk) => {
    await talk.next();
    talk.socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  expect(summary((await testConnection(endpoint, usual)).steps)).toBe(
    `name ok, tcp ok, tls skipped, login failed not-postgres, ${skippedFrom.login}`,
  );
  expect(summary((await testConnection({ ...endpoint, tls: 'verify-full' }, usual)).steps)).toBe(
    `name ok, tcp ok, tls failed not-postgres, ${skippedFrom.tls}`,
  );
});

it('stops in time at a server that never answers', async () => {
  const endpoint = await serve((talk) => void talk.socket.resume());
  const { steps } = await testConnection(endpoint, usual);
  expect(summary(steps)).toBe(`name ok, tcp ok, tls skipped, login failed timeout, ${skippedFrom.login}`);
  expect(steps[3]?.ms).toBeGreaterThanOrEqual(140);
  expect(steps[3]?.ms).toBeLessThan(1_500);
  const encrypted = await testConnection({ ...endpoint, tls: 'require' }, usual);
  expect(summary(encrypted.steps)).toBe(`name ok, tcp ok, tls failed timeout, ${skippedFrom.tls}`);
  await expect.poll(() => server?.connections().open).toBe(0);
});

it('stops in time at a server that lets everybody in and answers nothing', async () => {
  const endpoint = await serve(async (talk) => {
    await talk.next();
    talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
    while ((await talk.next()) !== null);
  });
  const { steps } = await testConnection(endpoint, usual);
  expect(summary(steps)).toBe(`name ok, tcp ok, tls skipped, login failed timeout, ${skippedFrom.login}`);
  await expect.poll(() => server?.connections().open).toBe(0);
});

it('tells of every change of every step, in order', async () => {
  const endpoint = await serve((talk) => void talk.socket.end());
  const told: string[] = [];
  await testConnection(endpoint, { ...usual, onStep: ({ id, state }) => told.push(`${id} ${state}`) });
  expect(told.slice(0, 7)).toEqual([
    'name running',
    'name ok',
    'tcp running',
    'tcp ok',
    'tls running',
    'tls skipped',
    'login running',
  ]);
  expect(told.at(7)).toBe('login failed');
  expect(told.slice(8).every((line) => line.endsWith('skipped'))).toBe(true);
});

it('ends at once when it is cancelled, and leaves no socket open', async () => {
  const stop = new AbortController();
  const endpoint = await serve((talk) => {
    talk.socket.resume();
    stop.abort();
  });
  const timeouts = { name: 60_000, tcp: 60_000, tls: 60_000, login: 60_000, query: 60_000 };
  const test = testConnection(endpoint, { ...usual, timeouts, signal: stop.signal });
  await expect(test).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => server?.connections().open).toBe(0);
});

it('does not begin when it is cancelled before', async () => {
  const endpoint = await serve(() => {});
  await expect(testConnection(endpoint, { ...usual, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(server?.connections().made).toBe(0);
});
