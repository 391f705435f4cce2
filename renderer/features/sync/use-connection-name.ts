import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import type { Result } from '../../../shared/contract/contract.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { connectionsStore } from './connections-store.ts';

/** What says where a run went. */
type RunPlace = Pick<Result<'run.list'>['items'][number], 'connectionId' | 'connection'>;

/** What the connection of a run is called: that to the server inside this app as on its card, for its own name is that of this PC. */
export function connectionName(
  { connectionId, connection }: RunPlace,
  connections: readonly Pick<ConnectionItem, 'id' | 'builtin'>[] | null,
  t: TFunction,
): string {
  const isBuiltin = connections?.some(({ id, builtin }) => id === connectionId && builtin) === true;
  return isBuiltin ? t('sync:card.builtinTitle') : shownText(connection);
}

/** The same, with the connections of the open class. */
export function useConnectionName(): (run: RunPlace) => string {
  const { t } = useTranslation();
  const connections = connectionsStore.use((state) => state.data);
  return (run) => connectionName(run, connections, t);
}
