import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A relay in front of a server that counts how often its client had to wait for an answer before it went on. */
export interface RoundTripCounter extends AsyncDisposable {
  readonly port: number;
  /** Times something was sent after something was received, over all connections, since the last call. */
  take(): number;
}

/** Starts a counting relay on 127.0.0.1. What streams in one direction counts once, however much it is. */
export async function countRoundTrips(target: {
  readonly host: string;
  readonly port: number;
}): Promise<RoundTripCounter> {
  let count = 0;
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ ...target, noDelay: true });
    let answered = true;
    client.on('data', () => {
      if (answered) count += 1;
      answered = false;
    });
    upstream.on('data', () => (answered = true));
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = count;
      count = 0;
      return taken;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((done) => server.close(done));
    },
  };
}
