import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { longestStopMs } from '../builtin-server/builtin-server.ts';
import { chooseDataFolder } from '../engine/data-folder.ts';
import type { EngineHost } from '../engine/host.ts';
import { clientOf } from '../engine/host-client.ts';
import { openOwnEngine } from '../engine/own-engine.ts';
import { connectToOwner } from '../engine/owner-client.ts';
import { closeDeadlineMs } from '../engine/start-engine.ts';
import type { OwnerInfo } from '../engine/private-socket.ts';
import type { OpenEngine } from './session.ts';

/** How long an owner that is just closing may take to be gone: the built-in server stops, and then it closes or is ended. */
const handOverMs = closeDeadlineMs + longestStopMs + 5_000;
const lookAgainMs = 50;
/** How an owner that has just given the folder up answers, where it was only asked whether it is there. */
const goneCodes: ReadonlySet<ErrorCode> = new Set(['engine-closed', 'answer-lost', 'not-found']);

/**
 * The engine of a data folder: the owner's over its private socket when there is one, else our own for as long as the command runs.
 * Another command of this user may use our engine meanwhile; it is closed when the last of them has hung up.
 */
export async function openEngine(data: string | undefined, fallbackPassword?: string): Promise<OpenEngine> {
  const folder = chooseDataFolder(data);
  const deadline = performance.now() + handOverMs;
  for (;;) {
    const own = await openOwn(folder, fallbackPassword);
    if ('client' in own) return own;
    const guest = await joinOwner(folder);
    if (guest !== undefined) return guest;
    if (performance.now() > deadline) throw new AppError('owner-silent', { pid: own.pid, since: own.since });
    await wait(lookAgainMs);
  }
}

/** A line to the owner's engine; undefined when that owner was just closing. */
async function joinOwner(folder: string): Promise<OpenEngine | undefined> {
  try {
    const client = await connectToOwner(folder);
    // An owner that is closing hangs up instead of answering; only then may we take its place.
    await client.call('app.state', {});
    return {
      client,
      close: () => {
        client.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    if (error instanceof AppError && goneCodes.has(error.code)) return undefined;
    throw error;
  }
}

async function openOwn(folder: string, fallbackPassword: string | undefined): Promise<OpenEngine | OwnerInfo> {
  const guests = countLines();
  const own = await openOwnEngine(folder, 'cli', { hostFor: guests.hostFor, fallbackPassword });
  if (own.kind === 'taken') return own.owner;
  const client = clientOf(own.engine);
  return {
    client,
    close: async () => {
      client.close();
      await guests.gone();
      await own.close();
    },
  };
}

/** Counts who is connected, and tells the moment nobody is. */
function countLines(): { hostFor(engine: EngineHost): EngineHost; gone(): Promise<void> } {
  let open = 0;
  let told: (() => void) | undefined;
  const leave = (): void => {
    open -= 1;
    if (open === 0) told?.();
  };
  return {
    hostFor: (engine) => ({
      connect: (send) => {
        const line = engine.connect(send);
        open += 1;
        let closed = false;
        return {
          receive: (message) => line.receive(message),
          close: () => {
            line.close();
            if (!closed) leave();
            closed = true;
          },
        };
      },
    }),
    gone: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => (told = resolve))),
  };
}
