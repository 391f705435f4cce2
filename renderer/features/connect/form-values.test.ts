import { expect, test } from 'vitest';
import {
  asksWeakly,
  fieldOf,
  formProblems,
  formValues,
  isAddress,
  readCa,
  tlsWarning,
  toInput,
  withAddress,
  withHost,
} from './form-values.ts';

const empty = formValues(null);

test('a pasted address fills the form', () => {
  const filled = withAddress(empty, 'postgresql://tallybook_5b:p%40ss@db.school.edu/class5?sslmode=verify-ca');
  expect(filled).toMatchObject({
    host: 'db.school.edu',
    port: '5432',
    database: 'class5',
    user: 'tallybook_5b',
    password: 'p@ss',
    tls: 'verify-ca',
  });
});

test('only an address is taken for one', () => {
  expect(isAddress(' postgres://h/d')).toBe(true);
  expect(isAddress('db.school.edu')).toBe(false);
});

test('encryption follows the host until a person chose it', () => {
  expect(withHost(empty, 'db.school.edu').tls).toBe('verify-full');
  expect(withHost(empty, '127.0.0.1').tls).toBe('disable');
  expect(withHost(empty, '10.2.0.14').tls).toBe('require');
  expect(withHost({ ...empty, tls: 'verify-ca', tlsChosen: true }, '127.0.0.1').tls).toBe('verify-ca');
});

test('what is missing is named, and a stored password may stay untouched', () => {
  expect(formProblems(empty, false)).toEqual({
    host: 'hostNeeded',
    database: 'databaseNeeded',
    user: 'userNeeded',
    password: 'passwordNeeded',
  });
  const filled = { ...empty, host: 'h', database: 'd', user: 'u' };
  expect(formProblems(filled, true)).toEqual({});
  expect(formProblems({ ...filled, port: '70000' }, true)).toEqual({ port: 'portInvalid' });
  expect(formProblems({ ...filled, port: '54x' }, true)).toEqual({ port: 'portInvalid' });
});

test('an untouched password, certificate and fingerprint are left out, so that what is stored stays', () => {
  const input = toInput({ ...empty, host: ' h ', database: 'd', user: 'u' }, 'h');
  expect(input).toEqual({
    name: 'h',
    host: 'h',
    port: 5432,
    database: 'd',
    user: 'u',
    tls: 'verify-full',
    allowWeakPassword: false,
    mode: 'two-way',
  });
  expect(toInput({ ...empty, ca: '', fingerprint: '' }, 'h')).toMatchObject({ ca: '', fingerprint: '' });
});

test('a public address without encryption warns, a private one does not', () => {
  const at = (host: string, tls: 'disable' | 'require' | 'verify-full') => tlsWarning({ ...empty, host, tls });
  expect(at('db.school.edu', 'disable')).toBe('no-tls');
  expect(at('db.school.edu', 'require')).toBe('not-verified');
  expect(at('db.school.edu', 'verify-full')).toBeNull();
  expect(at('192.168.1.4', 'disable')).toBeNull();
  expect(tlsWarning({ ...empty, host: 'db.school.edu', tls: 'require', fingerprint: 'AA' })).toBeNull();
});

test('a failed test points at the field it is about', () => {
  expect(fieldOf('password-wrong', 'login')).toBe('password');
  expect(fieldOf('host-not-found', 'name')).toBe('host');
  expect(fieldOf('refused', 'tcp')).toBe('port');
  expect(fieldOf('certificate-untrusted', 'tls')).toBe('ca');
  // Whoever takes a call and hangs up is often somebody else: the port is what can be looked at.
  expect(fieldOf('connection-dropped', 'tls')).toBe('port');
  expect(fieldOf('connection-dropped', 'login')).toBe('port');
  expect(fieldOf('connection-dropped', 'rights')).toBeNull();
  expect(fieldOf('database-missing', 'database')).toBe('database');
  expect(fieldOf('too-many-connections', 'login')).toBeNull();
});

test('a file that is plainly no certificate is refused', async () => {
  await expect(readCa(new File(['hello'], 'x.pem'))).rejects.toThrow('ca-invalid');
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  await expect(readCa(new File([pem], 'x.pem'))).resolves.toBe(pem);
});

test('a weak password is allowed only where the certificate proves who the server is', () => {
  const allowed = { ...empty, host: 'h', database: 'd', user: 'u', allowWeak: true };
  expect(toInput({ ...allowed, tls: 'verify-full' }, 'h').allowWeakPassword).toBe(true);
  expect(toInput({ ...allowed, tls: 'require', fingerprint: 'AA:BB' }, 'h').allowWeakPassword).toBe(true);
  expect(toInput({ ...allowed, tls: 'require' }, 'h').allowWeakPassword).toBe(false);
  expect(toInput({ ...allowed, tls: 'disable' }, 'h').allowWeakPassword).toBe(false);
});

test('it can be allowed only after a server asked for the password in clear text or as MD5', () => {
  expect(asksWeakly({ code: 'password-downgrade', params: { method: 'cleartext' } })).toBe(true);
  expect(asksWeakly({ code: 'password-downgrade', params: { method: 'md5' } })).toBe(true);
  expect(asksWeakly({ code: 'password-downgrade', params: { method: 'scram-weak' } })).toBe(false);
  expect(asksWeakly({ code: 'password-wrong', params: {} })).toBe(false);
});
