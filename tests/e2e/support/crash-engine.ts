import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ShellProcess } from './shell-process.ts';

interface Message {
  readonly method?: string;
  readonly params?: { readonly sessionId?: string };
}

/**
 * Ends the engine's thread of a running shell as a fault in it would, through the debugger: the shell must have been started with `inspect`.
 * Resolves when the order has been given.
 */
export async function crashEngine({ inspector }: ShellProcess): Promise<void> {
  if (inspector === undefined) throw new Error('The shell was not started with a debugger');
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  const attached = new Promise<string>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as Message;
      const sessionId = message.params?.sessionId;
      if (message.method === 'NodeWorker.attachedToWorker' && sessionId !== undefined) resolve(sessionId);
    });
  });
  const send = (id: number, method: string, params: object): void =>
    socket.send(JSON.stringify({ id, method, params }));
  send(1, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
  const sessionId = await attached;
  const expression = 'setImmediate(() => { throw new Error("a fault of the test") })';
  const evaluate = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  send(2, 'NodeWorker.sendMessageToWorker', { sessionId, message: evaluate });
  await once(socket, 'message');
  send(3, 'NodeWorker.disable', {});
  socket.close();
  await once(socket, 'close');
}
