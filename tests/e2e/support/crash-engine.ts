import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ShellProcess } from './shell-process.ts';

interface Message {
  readonly method?: string;
  readonly params?: { readonly sessionId?: string };
}

/**
 * Ends the engine's thread of a running shell as a fault in it would, through the debugger: the shell must have been started with `inspect`.
 * Resolves when the thread is gone.
 */
export async function crashEngine({ inspector }: ShellProcess): Promise<void> {
  if (inspector === undefined) throw new Error('The shell was not started with a debugger');
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  const told = (method: string): Promise<string> =>
    new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as Message;
        if (message.method === method) resolve(message.params?.sessionId ?? '');
      });
    });
  const send = (id: number, method: string, params: object): void =>
    socket.send(JSON.stringify({ id, method, params }));
  const attached = told('NodeWorker.attachedToWorker');
  const gone = told('NodeWorker.detachedFromWorker');
  send(1, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
  const sessionId = await attached;
  const expression = 'setImmediate(() => { throw new Error("a fault of the test") })';
  const evaluate = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  send(2, 'NodeWorker.sendMessageToWorker', { sessionId, message: evaluate });
  await gone;
  socket.close();
  await once(socket, 'close');
}
