import { describe, expect, it } from 'vitest';
import { mapConnectError, mapSessionError, sqlStateOf } from './error-mapping.ts';

const facts = { host: 'db.school.example', port: 5432, user: 'teacher', database: 'points' };
const where = { host: facts.host, port: facts.port };

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:5432`), { code });
}

/** An error as pg makes it from what a server says; the text is in another language on purpose. */
function serverError(code: string, routine: string): Error {
  const fields = {
    length: 100,
    severity: 'FATAL',
    code,
    routine,
    detail: 'Li Wei',
    where: 'Li Wei',
    internalQuery: 'Li Wei',
  };
  return Object.assign(new Error('Passwort-Authentifizierung fehlgeschlagen für Li Wei'), fields);
}

describe('while connecting', () => {
  it.each([
    ['ENOTFOUND', 'host-not-found'],
    ['EAI_AGAIN', 'host-not-found'],
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ECONNRESET', 'connection-dropped'],
    ['EPIPE', 'connection-dropped'],
    ['EPROTO', 'tls-failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed'],
  ])('%s is %s', (system, code) => {
    expect(mapConnectError(systemError(system), facts)).toMatchObject({ code, params: where });
  });

  it.each([
    ['timeout expired', 'timeout'],
    ['Connection terminated unexpectedly', 'connection-dropped'],
    ['Received unexpected commandComplete message from backend.', 'not-postgres'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'password-missing'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string', 'password-missing'],
    ['SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match', 'password-downgrade'],
  ])('what pg says without a code, "%s", is %s', (message, code) => {
    expect(mapConnectError(new Error(message), facts).code).toBe(code);
  });

  it('several addresses that all fail say what the one that answered said', () => {
    const both = new AggregateError([systemError('ENETUNREACH'), systemError('ECONNREFUSED')]);
    expect(mapConnectError(both, facts).code).toBe('refused');
    const none = new AggregateError([systemError('ENETUNREACH'), systemError('ETIMEDOUT')]);
    expect(mapConnectError(none, facts).code).toBe('unreachable');
  });

  it.each([
    ['28P01', 'auth_failed', 'password-wrong'],
    ['28000', 'InitializeSessionUserId', 'login-not-allowed'],
    ['28000', 'ClientAuthentication', 'not-allowed-from-here'],
    ['28000', 'auth_failed', 'login-not-allowed'],
    ['28000', 'read_client_final_message', 'certificate-untrusted'],
    ['3D000', 'InitPostgres', 'database-missing'],
    ['42501', 'CheckMyDatabase', 'connect-denied'],
    ['53300', 'InitProcess', 'too-many-connections'],
    ['57P01', 'ProcessInterrupts', 'restarting'],
    ['57P03', 'ProcessStartupPacket', 'restarting'],
  ])('%s from %s is %s', (sqlstate, routine, code) => {
    const error = mapConnectError(serverError(sqlstate, routine), facts);
    expect(error).toMatchObject({ code, params: { sqlstate, user: 'teacher', database: 'points' } });
    expect(`${JSON.stringify(error)}${error.stack ?? ''}${String(error.cause)}`).not.toContain('Li Wei');
  });
});

describe('once logged in', () => {
  it.each([
    ['ECONNRESET', 'connection-dropped'],
    ['ETIMEDOUT', 'timeout'],
  ])('%s is %s', (system, code) => {
    expect(mapSessionError(systemError(system), where)).toMatchObject({ code, params: where });
  });

  it.each([
    ['Connection terminated unexpectedly', 'connection-dropped'],
    ['Client has encountered a connection error and is not queryable', 'connection-dropped'],
  ])('what pg says without a code, "%s", is %s', (message, code) => {
    expect(mapSessionError(new Error(message), where)).toMatchObject({ code, params: where });
  });

  it.each([
    ['40P01', 'concurrent-change'],
    ['25006', 'server-read-only'],
    ['25P04', 'query-timeout'],
    ['57P02', 'restarting'],
    ['08006', 'connection-dropped'],
    ['22021', 'value-refused'],
    ['XX000', 'unexpected'],
  ])('%s is %s, and can be asked for', (sqlstate, code) => {
    const error = mapSessionError(serverError(sqlstate, 'any'), where);
    expect([error.code, sqlStateOf(error)]).toEqual([code, sqlstate]);
    expect(`${JSON.stringify(error)}${error.stack ?? ''}${String(error.cause)}`).not.toContain('Li Wei');
  });

  it('an answer that pg stopped waiting for took too long', () => {
    expect(mapSessionError(new Error('Query read timeout'), where).code).toBe('query-timeout');
  });

  it('a mistake of ours keeps its cause and has no SQLSTATE', () => {
    const mistake = new TypeError('x is not a function');
    const error = mapSessionError(mistake, where);
    expect([error.code, error.cause, sqlStateOf(error), sqlStateOf(mistake)]).toEqual([
      'unexpected',
      mistake,
      null,
      null,
    ]);
  });
});
