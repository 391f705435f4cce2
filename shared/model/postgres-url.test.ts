import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { defaultTls, formatAddress, isLoopback, isPrivateAddress, parsePostgresUrl } from './postgres-url.ts';

describe('what an address says', () => {
  it.each([
    ['postgres://', {}],
    ['postgresql://db', { host: 'db' }],
    ['POSTGRES://db', { host: 'db' }],
    ['  postgresql://db\n', { host: 'db' }],
    ['postgres://db/', { host: 'db' }],
    ['postgres://my-db-01.school-b.example/points', { host: 'my-db-01.school-b.example', database: 'points' }],
    ['postgres://teacher@db', { user: 'teacher', host: 'db' }],
    ['postgres://teacher:@db', { user: 'teacher', host: 'db' }],
    ['postgres://:secret@db', { password: 'secret', host: 'db' }],
    ['postgres://a:b@db:5433/x', { user: 'a', password: 'b', host: 'db', port: 5433, database: 'x' }],
    ['postgres://db:/x', { host: 'db', database: 'x' }],
    ['postgres:///points', { database: 'points' }],
    ['postgres://teacher@/points', { user: 'teacher', database: 'points' }],
    ['postgres://[2001:db8::1]:5432/x', { host: '2001:db8::1', port: 5432, database: 'x' }],
    ['postgres://[fe80::1%25eth0]/x', { host: 'fe80::1%eth0', database: 'x' }],
    [
      'postgres://u%40school.edu:p%40ss%2Fw%3Ard@db/x',
      { user: 'u@school.edu', password: 'p@ss/w:rd', host: 'db', database: 'x' },
    ],
    ['postgres://u:p@ss@db/x', { user: 'u', password: 'p@ss', host: 'db', database: 'x' }],
    ['postgres://u:p/w@db/x', { user: 'u', password: 'p/w', host: 'db', database: 'x' }],
    ['postgres://u:100%@db/x', { user: 'u', password: '100%', host: 'db', database: 'x' }],
    ['postgres://u:a:b@db', { user: 'u', password: 'a:b', host: 'db' }],
    ['postgres://db/%E7%8F%AD%E7%BA%A7', { host: 'db', database: '班级' }],
    ['postgres://db/班级', { host: 'db', database: '班级' }],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/x', { host: '/var/run/postgresql', database: 'x' }],
    ['postgres:///x?host=/var/run/postgresql', { host: '/var/run/postgresql', database: 'x' }],
    [
      'postgres:///x?host=%2Ftmp&port=5433&user=u&password=p%26w',
      { host: '/tmp', port: 5433, database: 'x', user: 'u', password: 'p&w' },
    ],
    ['postgres://db?dbname=x', { host: 'db', database: 'x' }],
    ['postgres://db/x?sslmode=disable', { host: 'db', database: 'x', tls: 'disable' }],
    ['postgres://db/x?sslmode=prefer', { host: 'db', database: 'x', tls: 'require' }],
    ['postgres://db/x?sslmode=require', { host: 'db', database: 'x', tls: 'require' }],
    ['postgres://db/x?sslmode=no-verify', { host: 'db', database: 'x', tls: 'require' }],
    ['postgres://db/x?sslmode=verify-ca', { host: 'db', database: 'x', tls: 'verify-ca' }],
    ['postgres://db/x?sslmode=verify-full', { host: 'db', database: 'x', tls: 'verify-full' }],
    ['postgres://db/x?ssl=true', { host: 'db', database: 'x', tls: 'verify-full' }],
    ['postgres://db/x?&', { host: 'db', database: 'x' }],
    ['postgres://db/x?sslmode=allow', { host: 'db', database: 'x', tls: 'disable' }],
    ['postgres://db/x?sslmode=disable&sslmode=verify-full', { host: 'db', database: 'x', tls: 'verify-full' }],
    ['postgres://a@db/x?user=b&host=%2Ftmp', { user: 'b', host: '/tmp', database: 'x' }],
  ])('%s', (url, parts) => {
    expect(parsePostgresUrl(url)).toEqual({ ...parts, ignored: [] });
  });

  it('lists what it did not understand, by name only', () => {
    const url = 'postgres://db/x?sslmode=strange&sslkey=/etc/secret&application_name=spy&uselibpqcompat=true';
    expect(parsePostgresUrl(url)).toEqual({
      host: 'db',
      database: 'x',
      ignored: ['sslmode', 'sslkey', 'application_name', 'uselibpqcompat'],
    });
  });
});

it.each([
  'options',
  'service',
  'servicefile',
  'passfile',
  'sslkey',
  'sslcert',
  'sslrootcert',
  'sslpassword',
  'sslnegotiation',
  'requirepeer',
  'require_auth',
  'replication',
  'target_session_attrs',
  'client_encoding',
  'uselibpqcompat',
  '__proto__',
  'constructor',
])('the parameter %s has no effect and is listed', (parameter) => {
  expect(parsePostgresUrl(`postgres://db/x?${parameter}=canary`)).toEqual({
    host: 'db',
    database: 'x',
    ignored: [parameter],
  });
});

it.each(['__proto__', 'constructor', 'toString'])('the encryption %s is none', (mode) => {
  expect(parsePostgresUrl(`postgres://db?sslmode=${mode}`)).toEqual({ host: 'db', ignored: ['sslmode'] });
});

describe('what is no address', () => {
  it.each([
    ['', 'scheme'],
    ['db.school.edu', 'scheme'],
    ['mysql://u:canary@db/x', 'scheme'],
    ['postgres:/u:canary@db', 'scheme'],
    ['postgres://u:canary@db:99999', 'port'],
    ['postgres://u:canary@db:port', 'port'],
    ['postgres://u:canary@db:0', 'port'],
    ['postgres://u:canary@db:-1', 'port'],
    ['postgres://u:canary@one,two/x', 'several-hosts'],
    ['postgres://u:canary@/x?host=one,two', 'several-hosts'],
    ['postgres://u:canary@[::1/x', 'host'],
    ['postgres://u:canary@2001:db8::1/x', 'port'],
    ['postgres://u:canary@my host/x', 'host'],
    ['postgres://u:canary@db/%zz', 'encoding'],
    ['postgres://%zz:canary@db/x', 'encoding'],
    ['postgres://u:canary@db/x?=1', 'parameter'],
    ['postgres://u:canary@db/x?password', 'parameter'],
    ['postgres://u:canary@db:5432:5433/x', 'port'],
    ['postgres://u:canary@db:５４３２/x', 'port'],
    ['postgres://u:canary@db/x?port=5432,5433', 'port'],
    ['postgres://u:canary@/x?host=/tmp,/run', 'several-hosts'],
    ['postgres://u:canary@/x?hostaddr=10.0.0.1,10.0.0.2', 'several-hosts'],
    ['postgres://u:canary@db\\evil.example/x', 'host'],
    ['postgres://u:canary@[::1]evil/x', 'host'],
    ['postgres://u:canary@%00/x', 'characters'],
    ['postgres://u:canary@d%0Db/x', 'host'],
    ['postgres://u:canary@db/%ED%A0%80', 'encoding'],
    ['postgres://u:canary@db/x?user=a%00options%00-c', 'characters'],
    ['postgres://u%00user:canary@db/x', 'characters'],
    ['postgres://u:canary%00@db/x', 'characters'],
    ['postgres://u:canary@db/x%0Ay', 'characters'],
    [`postgres://u:canary@db/${'x'.repeat(20_000)}`, 'too-long'],
  ])('%s', (url, reason) => {
    const caught = errorOf(() => parsePostgresUrl(url));
    expect(caught).toMatchObject({ code: 'url-invalid', params: { reason } });
    expect(
      `${JSON.stringify(caught)} ${String((caught as Error).stack)} ${String((caught as Error).cause)}`,
    ).not.toContain('canary');
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}

const name = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());

it('says again what was written into it, whatever the characters', () => {
  fc.assert(
    fc.property(
      hosts,
      fc.integer({ min: 1, max: 65_535 }),
      name,
      name,
      name,
      (host, port, user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        const shown = host.includes(':') ? `[${host}]` : host;
        const parts = { host, port, user, password, database, ignored: [] };
        expect(parsePostgresUrl(`postgresql://${u}:${p}@${shown}:${port}/${d}`)).toEqual(parts);
        const query = `host=${encodeURIComponent(host)}&port=${port}&user=${u}&password=${p}&dbname=${d}`;
        expect(parsePostgresUrl(`postgres://?${query}`)).toEqual(parts);
      },
    ),
  );
});

it('either answers or refuses any text at all, and never repeats the password', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const error = errorOf(() => parsePostgresUrl(`postgres://u:canary-1@${text}`));
      expect(error === null || error instanceof AppError).toBe(true);
      expect(JSON.stringify(error)).not.toContain('canary');
    }),
  );
});

it.each([
  [{ host: 'db.school.edu', port: 5432, database: '5B' }, 'db.school.edu/5B'],
  [{ host: '2001:db8::1', port: 5433, database: '5B' }, '[2001:db8::1]:5433/5B'],
  [{ host: 'db', port: 5432 }, 'db'],
])('an address is shown as people write it', (address, shown) => {
  expect(formatAddress(address)).toBe(shown);
});

it.each([
  ['127.0.0.1', 'disable'],
  ['127.9.9.9', 'disable'],
  ['localhost', 'disable'],
  ['LOCALHOST.', 'disable'],
  ['::1', 'disable'],
  ['[::1]', 'disable'],
  ['0:0:0:0:0:0:0:1', 'disable'],
  ['/var/run/postgresql', 'disable'],
  ['C:\\sockets', 'disable'],
  ['10.1.2.3', 'require'],
  ['172.16.0.1', 'require'],
  ['172.31.255.255', 'require'],
  ['192.168.1.1', 'require'],
  ['169.254.1.1', 'require'],
  ['100.64.0.1', 'require'],
  ['fd00::1', 'require'],
  ['fe80::1%eth0', 'require'],
  ['::ffff:10.0.0.1', 'require'],
  ['server', 'require'],
  ['server.local', 'require'],
  ['db.school.lan', 'require'],
  ['172.32.0.1', 'verify-full'],
  ['192.169.1.1', 'verify-full'],
  ['100.128.0.1', 'verify-full'],
  ['8.8.8.8', 'verify-full'],
  ['999.1.1.1', 'verify-full'],
  ['2001:db8::1', 'verify-full'],
  ['::ffff:8.8.8.8', 'verify-full'],
  ['db.school.edu', 'verify-full'],
  ['localhost.evil.example', 'verify-full'],
  ['10.0.0.1.evil.example', 'verify-full'],
] as const)('a connection to %s starts with %s', (host, tls) => {
  expect(defaultTls(host)).toBe(tls);
  expect(isPrivateAddress(host)).toBe(tls !== 'verify-full');
  expect(isLoopback(host)).toBe(tls === 'disable');
});
