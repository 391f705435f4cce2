import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import type { Result } from '../../../shared/contract/contract.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { PlanSummary } from '../../../shared/contract/sync.ts';
import { connectionsStore } from './connections-store.ts';

/** What says where a run went. */
type RunPlace = Pick<Result<'run.list'>['items'][number], 'connectionId' | 'connection'>;

/** What the connection of a run is called: that to the server inside this app as on its card, for its own name is that of this PC. */
export function connectionName({ connectionId, connection }: RunPlace, connections: Connections, t: TFunction): string {
  return isInside(connectionId, connections) ? t('sync:card.builtinTitle') : shownText(connection);
}

/** The two ends of a list as they are shown: the server inside this app has this PC's name in the plan, which would stand on both sides. */
export function endNames(
  { connectionId, connection, ends }: Pick<PlanSummary, 'connectionId' | 'connection' | 'ends'>,
  connections: Connections,
  t: TFunction,
): PlanSummary['ends'] {
  const local = shownText(ends.local);
  const named = isInside(connectionId, connections) && ends.server.startsWith(`${connection} / `);
  if (!named) return { local, server: shownText(ends.server) };
  return { local, server: `${t('sync:card.builtin')}${shownText(ends.server.slice(connection.length))}` };
}

type Connections = readonly Pick<ConnectionItem, 'id' | 'builtin'>[] | null;

function isInside(connectionId: string, connections: Connections): boolean {
  return connections?.some(({ id, builtin }) => id === connectionId && builtin) === true;
}

/** `connectionName`, with the connections of the open class. */
export function useConnectionName(): (run: RunPlace) => string {
  const { t } = useTranslation();
  const connections = connectionsStore.use((state) => state.data);
  return (run) => connectionName(run, connections, t);
}

/** `endNames`, with the connections of the open class. */
export function useEndNames(): (
  plan: Pick<PlanSummary, 'connectionId' | 'connection' | 'ends'>,
) => PlanSummary['ends'] {
  const { t } = useTranslation();
  const connections = connectionsStore.use((state) => state.data);
  return (plan) => endNames(plan, connections, t);
}
