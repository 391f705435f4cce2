import type { BuiltinStatus } from '../../shared/contract/server.ts';
import type { EngineContext } from './context.ts';

/** How the built-in server stands now, as everybody sees it. */
export async function serverStatus(context: EngineContext): Promise<BuiltinStatus> {
  const { state, port, portChanged, version, startedAt, keepRunning, code } = await context.builtin.status();
  return { state, port, portChanged, version, startedAt, keepRunning, code };
}

/** Tells every page how the built-in server stands now. */
export async function announceServer(context: EngineContext): Promise<BuiltinStatus> {
  const status = await serverStatus(context);
  context.emit('server.changed', status);
  return status;
}
