import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { parseToEngine } from '../../shared/contract/to-engine.ts';
import { decodeWire, encodeWire } from '../../shared/contract/wire.ts';
import type { ToEngine } from '../../shared/contract/wire.ts';
import type { EngineHost } from '../engine/host.ts';
import type { BridgeLimits } from './limits.ts';
import { createRateLimit } from './rate-limit.ts';

/** Codes of RFC 6455 a page is sent away with. */
const closeCodes = { unsupported: 1003, policy: 1008 } as const;

/** Joins the socket of a page to the engine. A message that is none ends the line. */
export function serveLine(socket: WebSocket, host: EngineHost, limits: BridgeLimits): void {
  const messages = createRateLimit(limits.messages, limits.windowMs);
  const line = host.connect((message) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    // A page that does not read would fill our memory.
    if (socket.bufferedAmount > limits.bufferedBytes) return socket.terminate();
    socket.send(encodeWire(message));
  });
  const stopWatching = watch(socket, limits.silenceMs);
  socket.on('close', () => {
    stopWatching();
    line.close();
  });
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(closeCodes.unsupported);
    const message = messages.take() ? parse(data) : undefined;
    if (message === undefined) return socket.close(closeCodes.policy);
    line.receive(message);
  });
}

/** Ends the line of a page that does not answer: it is gone, or sends one message a byte at a time. */
function watch(socket: WebSocket, silenceMs: number): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  function endIfSilent(): void {
    if (!answered) socket.terminate();
  }
  const timer = setInterval(() => {
    // After this PC slept, or was busy for long, the answer lies there unread: it is read before the next turn.
    if (!answered) return void setImmediate(endIfSilent);
    answered = false;
    socket.ping();
  }, silenceMs / 2);
  timer.unref();
  return () => clearInterval(timer);
}

function parse(data: RawData): ToEngine | undefined {
  try {
    const text = Array.isArray(data)
      ? Buffer.concat(data).toString('utf8')
      : Buffer.from(data as ArrayBuffer).toString('utf8');
    return parseToEngine(decodeWire(text));
  } catch {
    return undefined;
  }
}
