import { WebSocket } from 'ws';
import type { Client } from '../../../shared/contract/client.ts';
import { createWireClient } from '../../../shared/contract/wire-client.ts';
import { decodeWire, encodeWire } from '../../../shared/contract/wire.ts';
import type { FromEngine } from '../../../shared/contract/wire.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ShellProcess } from './shell-process.ts';

/** A second caller of a shell's engine, over the same bridge as the page: brings about what a test is not about, and checks what the page cannot show. */
export function openShellClient({ origin, token }: ShellProcess): Client {
  const { host } = new URL(origin);
  const socket = new WebSocket(`ws://${host}/line`, ['tallybook.1', `token.${token}`], { origin });
  const client = createWireClient({
    capabilities: { shell: 'browser', osDialogs: false, ownWindow: false },
    onClose: () => socket.close(),
  });
  socket.on('message', (data: Buffer) => client.receive(decodeWire(data.toString('utf8')) as FromEngine));
  socket.on('open', () => client.attach((message) => socket.send(encodeWire(message))));
  socket.on('error', () => undefined);
  socket.on('close', () => client.end(new AppError('engine-closed')));
  return client;
}
