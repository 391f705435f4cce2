import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AppError } from '../../shared/errors.ts';

/** Below what operating systems give to outgoing connections, so that a stored port is rarely taken later. */
const lowest = 20_000;
const highest = 32_000;

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return await new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(true)));
  });
}

/** A port of 127.0.0.1 that is free now. */
export async function chooseFreePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(lowest, highest);
    if (await isPortFree(port)) return port;
  }
  throw new AppError('builtin-server-failed', { reason: 'port' });
}
