import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { AppError } from '../../shared/errors.ts';

const weakRequests = ['authenticationCleartextPassword', 'authenticationMD5Password'] as const;

/**
 * Takes away pg's answers to a request for the password in clear text or as MD5: pg gives it to any server that asks. The login then fails with
 * `password-downgrade`, and no byte of the password leaves. To be called between `connect()` and the first message of the server, that is at once.
 */
export function refuseWeakPasswords(connection: pg.Connection, stream: Duplex): void {
  for (const request of weakRequests) {
    connection.removeAllListeners(request);
    connection.on(request, () => {
      const error = new AppError('password-downgrade', { method: request === weakRequests[0] ? 'cleartext' : 'md5' });
      connection.emit('error', error);
      stream.destroy();
    });
  }
}
