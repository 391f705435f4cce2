import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** "May we speak TLS?", the first eight bytes of PostgreSQL's protocol: their number and the code of the question. */
const tlsQuestion = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * The fingerprint of the certificate a PostgreSQL on 127.0.0.1 shows; undefined when nothing there answers like one in time.
 * Needs no login, so it tells our own server from anything else that took its port.
 */
export async function probeServerFingerprint(port: number, timeoutMs = 3000): Promise<string | undefined> {
  return await new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (fingerprint?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      done(fingerprint);
    };
    const timer = setTimeout(finish, timeoutMs);
    socket.on('error', () => finish()).on('close', () => finish());
    socket.on('connect', () => socket.write(tlsQuestion));
    socket.once('data', (answer) => {
      if (answer.length !== 1 || answer.toString('latin1') !== 'S') return finish();
      // Whether it is trusted is decided by comparing the fingerprint; nothing else is said over this connection.
      const secure = connectTls({ socket, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
      secure.on('error', () => finish());
      secure.on('secureConnect', () => finish(secure.getPeerX509Certificate()?.fingerprint256));
    });
  });
}
