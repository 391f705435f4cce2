import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { AppError } from '../../shared/errors.ts';

/** What is known about a server before the login, and what a person allowed it. */
export interface LoginTrust {
  /** TLS has proved who the server is: by a certificate authority, or by the one certificate that was pinned. */
  readonly verified: boolean;
  /** The server is on this machine, so nobody stands between. */
  readonly here: boolean;
  /** A person allowed the password in clear text or as MD5 for this connection. Counts only where `verified`. */
  readonly allowWeak: boolean;
}

/** Who watches the login, until it is over and for as long as the connection lasts. */
export interface LoginGuard {
  /** The login went through: from now on no server has a reason to ask for a password. */
  done(): void;
}

/** Fewest rounds of hashing a server may ask for (RFC 7677, section 4): with fewer, whoever listens guesses the password from our answer. */
const leastIterations = 4096;

const weakRequests = [
  ['authenticationCleartextPassword', 'cleartext'],
  ['authenticationMD5Password', 'md5'],
] as const;
const saslSteps = ['authenticationSASL', 'authenticationSASLContinue', 'authenticationSASLFinal'] as const;

type Answer = (message: unknown) => void;

/**
 * Decides which requests for the password are answered, and which login counts. pg gives the password to any server that asks, in any form, and takes "you are in"
 * from a server that proved nothing. Here only SCRAM counts: the password in clear text or as MD5 goes out only where TLS has proved who the server is *and* a
 * person allowed it (`password-downgrade` otherwise, and no byte leaves); a server that lets anybody in, or skips the end of SCRAM in which it proves itself, gets no
 * session unless TLS has proved who it is or it is on this machine (`server-unproven`). To be called at once after `connect()`, before the server's first message.
 */
export function guardLogin(connection: pg.Connection, stream: Duplex, trust: LoginTrust): LoginGuard {
  const known = trust.verified || trust.here;
  let step: 'nothing' | 'weak' | 'scram' | 'proved' = 'nothing';
  let letIn = false;
  const refuse = (error: AppError): void => {
    connection.emit('error', error);
    stream.destroy();
  };
  for (const [request, method] of weakRequests) {
    replace(connection, request, (message, answer) => {
      if (!trust.verified || !trust.allowWeak || step !== 'nothing') {
        refuse(new AppError('password-downgrade', { method }));
        return;
      }
      step = 'weak';
      answer(message);
    });
  }
  replace(connection, 'authenticationSASL', (message, answer) => {
    if (step !== 'nothing') {
      refuse(new AppError('connection-dropped', { reason: 'unreadable' }));
      return;
    }
    step = 'scram';
    answer(message);
  });
  replace(connection, 'authenticationSASLContinue', (message, answer) => {
    if (!known && iterationsOf(message) < leastIterations)
      refuse(new AppError('password-downgrade', { method: 'scram-weak' }));
    else answer(message);
  });
  replace(connection, 'authenticationSASLFinal', (message, answer) => {
    let failed = false;
    const onError = (): void => {
      failed = true;
    };
    connection.once('error', onError);
    answer(message);
    connection.off('error', onError);
    if (!failed && step === 'scram') step = 'proved';
  });
  connection.on('authenticationOk', () => {
    letIn = step === 'proved' || step === 'weak' || (step === 'nothing' && known);
    if (!letIn) refuse(new AppError('server-unproven', { method: step }));
  });
  const onReady = (): void => {
    if (!letIn) refuse(new AppError('server-unproven', { method: step }));
  };
  connection.prependListener('readyForQuery', onReady);
  return {
    done: () => {
      connection.off('readyForQuery', onReady);
      for (const request of [...weakRequests.map(([name]) => name), ...saslSteps]) {
        connection.removeAllListeners(request);
        connection.on(request, () => refuse(new AppError('connection-dropped', { reason: 'unreadable' })));
      }
    },
  };
}

/** Puts a decision in front of pg's own answer to a message. */
function replace(connection: pg.Connection, event: string, decide: (message: unknown, answer: Answer) => void): void {
  const answers = connection.listeners(event);
  connection.removeAllListeners(event);
  connection.on(event, (message: unknown) => {
    decide(message, (allowed) => {
      for (const answer of answers) Reflect.apply(answer, connection, [allowed]);
    });
  });
}

/** The rounds of hashing a server asks for; NaN counts as enough, because pg refuses a text without them. */
function iterationsOf(message: unknown): number {
  const data: unknown = message instanceof Object ? Reflect.get(message, 'data') : undefined;
  const found = typeof data === 'string' ? /(?:^|,)i=(\d+)/.exec(data) : null;
  return found === null ? Number.NaN : Number(found[1]);
}
