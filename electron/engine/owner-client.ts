import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Client } from '../../shared/contract/client.ts';
import { createWireClient } from '../../shared/contract/wire-client.ts';
import { decodeWire, encodeWire } from '../../shared/contract/wire.ts';
import type { FromEngine } from '../../shared/contract/wire.ts';
import { AppError } from '../../shared/errors.ts';
import { inProcessCapabilities } from './host-client.ts';
import { createLineCutter } from './json-lines.ts';
import { holdsLock, readLock } from './lock-file.ts';
import type { OwnerRecord } from './lock-file.ts';
import { ownerInfo } from './private-socket.ts';
import type { OwnerInfo, Want } from './private-socket.ts';

/** What came of asking the owner at its socket. `gone`: nobody listens there; `missing`: there is no such socket. */
export type OwnerAnswer =
  | { readonly kind: 'answered'; readonly owner: OwnerInfo; readonly line: OwnerLine }
  | { readonly kind: 'silent' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'missing' };

/** The socket to an owner that answered, in lines. The owner says nothing on it before it is asked. */
interface OwnerLine {
  readonly socket: Socket;
  onText(listener: (text: string) => void): void;
}

const answerMs = 4000;
const maxLine = 256_000_000;

/** Greets the owner. The socket stays open for `line` and is ended otherwise. */
export function askOwner(record: OwnerRecord, want: Want): Promise<OwnerAnswer> {
  return new Promise((resolve) => {
    const socket = connect(record.socket);
    let listener: ((text: string) => void) | undefined;
    let answered = false;
    const deadline = setTimeout(() => settle({ kind: 'silent' }), answerMs);
    function settle(answer: OwnerAnswer): void {
      clearTimeout(deadline);
      if (answer.kind !== 'answered' || want !== 'line') socket.destroy();
      resolve(answer);
    }
    const cutter = createLineCutter(
      () => maxLine,
      (text) => {
        if (answered) return listener?.(text);
        const owner = ownerInfo.safeParse(parse(text));
        if (!owner.success) return settle({ kind: 'silent' });
        answered = true;
        settle({ kind: 'answered', owner: owner.data, line: { socket, onText: (wanted) => (listener = wanted) } });
      },
    );
    socket.on('data', (chunk) => {
      if (!cutter.push(chunk)) socket.destroy();
    });
    socket.on('connect', () => socket.write(`${JSON.stringify({ token: record.token, want })}\n`));
    socket.on('error', (error: NodeJS.ErrnoException) => settle({ kind: refusal(error.code) }));
    socket.on('close', () => settle({ kind: 'silent' }));
  });
}

/**
 * Connects to the engine that owns the folder. Throws `owner-silent` when there is an owner that does not answer, `not-found` when
 * there is none.
 */
export async function connectToOwner(folder: string): Promise<Client> {
  const state = readLock(folder);
  if (state.kind !== 'held') throw new AppError('not-found', { what: 'owner' });
  const { record } = state;
  const answer = await askOwner(record, 'line');
  if (answer.kind !== 'answered') {
    // An owner that hangs up instead of answering may just have given the folder up.
    const isSilent = answer.kind === 'silent' && holdsLock(folder, record);
    if (isSilent) throw new AppError('owner-silent', { pid: record.pid, since: record.since });
    throw new AppError('not-found', { what: 'owner' });
  }
  const { socket, onText } = answer.line;
  const client = createWireClient({ capabilities: inProcessCapabilities, onClose: () => socket.destroy() });
  onText((text) => {
    const message = parse(text);
    // The owner is an engine of this app, proven by its token.
    if (message !== undefined) client.receive(message as FromEngine);
  });
  socket.on('close', () => {
    // What was asked may have been done before the owner was gone; what is asked from now on was not.
    client.detach(new AppError('answer-lost'));
    client.end(new AppError('engine-closed'));
  });
  client.attach((message) => void socket.write(`${encodeWire(message)}\n`));
  return client;
}

function refusal(code: string | undefined): 'gone' | 'missing' | 'silent' {
  if (code === 'ECONNREFUSED') return 'gone';
  return code === 'ENOENT' ? 'missing' : 'silent';
}

function parse(text: string): unknown {
  try {
    return decodeWire(text);
  } catch {
    return undefined;
  }
}
