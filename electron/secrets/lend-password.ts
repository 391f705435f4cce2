import type { CallContext, EngineContext } from '../engine/context.ts';

/**
 * Uses a caller's password for a connection that has none saved, until the caller takes it back (null) or is gone: a command that is killed
 * leaves nothing behind. A caller lends one at a time and takes back its own only.
 */
export function lendPassword(
  { secrets }: Pick<EngineContext, 'secrets'>,
  connectionId: string,
  password: string | null,
  { atHangUp }: Pick<CallContext, 'atHangUp'>,
): void {
  const name = `lent ${connectionId}`;
  atHangUp?.get(name)?.();
  atHangUp?.delete(name);
  if (password === null) return;
  secrets.lend(connectionId, password);
  atHangUp?.set(name, () => secrets.lend(connectionId, null));
}
