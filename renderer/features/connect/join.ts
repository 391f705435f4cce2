import type { Params, Result } from '../../../shared/contract/contract.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { useApp } from '../app/app-store.ts';
import { previewOf } from '../sync/preview/preview-store.ts';

/** Joins with a code and shows what would come; nothing is pulled before it was seen. A class that was here and is connected again is handed back unshown. */
export async function joinByCode(code: string, signal: AbortSignal): Promise<Result<'class.join'> | null> {
  const { reconnected, ...joined } = await call('class.joinCode', { code, pull: false }, { signal });
  if (reconnected) return joined;
  await showJoined(joined);
  return null;
}

/** Joins a class found on a server and shows what would come. */
export async function joinFromServer(
  connection: Params<'class.join'>['connection'],
  remoteClassId: string,
  signal: AbortSignal,
): Promise<void> {
  await showJoined(await call('class.join', { remoteClassId, connection, pull: false }, { signal }));
}

/** Opens the class and shows what differs. */
export async function showJoined(joined: Result<'class.join'>): Promise<void> {
  await useApp.getState().load();
  await useApp.getState().openClass(joined.class.id);
  void previewOf(joined.class.id, joined.connection.id).compare();
  navigate(href(`sync/preview/${joined.connection.id}`));
}
