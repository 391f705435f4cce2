import { allAreas } from '../shared/contract/areas.ts';
import type { Client } from '../shared/contract/client.ts';
import type { AppEvent, Area } from '../shared/contract/events.ts';
import { refreshAll, refreshAreas } from './area-store.ts';
import { useApp } from './features/app/app-store.ts';
import { usePin } from './features/pin/pin-store.ts';

type AreasListener = (classId: string, areas: readonly Area[]) => void;
const listeners = new Set<AreasListener>();

/** For what is not an area store (paged lists): called on every change of a class; with all areas after a resync. Returns the end of it. */
export function onAreasChanged(listener: AreasListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Feeds every store from the engine's events. Called once. */
export function followEngine(client: Client): void {
  client.onEvent((event) => take(event));
  client.onResync(() => resync());
  client.onConnected((connected, forGood) => {
    useApp.getState().setConnected(connected);
    if (forGood?.code === 'page-without-key') useApp.getState().fail(forGood);
  });
}

function take(event: AppEvent): void {
  switch (event.name) {
    case 'app.changed':
      void useApp.getState().load();
      followPins();
      break;
    case 'class.changed':
      changed(event.data.classId, event.data.areas);
      break;
    case 'connection.changed':
      changed(event.data.connection.classId, ['connections']);
      break;
    case 'engine.restarted':
      resync();
      break;
    case 'server.changed':
    case 'app.quit':
      break;
  }
}

function changed(classId: string, areas: readonly Area[]): void {
  refreshAreas(classId, areas);
  for (const listener of listeners) listener(classId, areas);
}

function resync(): void {
  void useApp.getState().load();
  followPins();
  refreshAll();
  const { classId } = useApp.getState();
  if (classId !== null) for (const listener of listeners) listener(classId, allAreas);
}

/** What may be done in this window. Where it cannot be read the line is broken, and it is read again when that is back. */
function followPins(): void {
  void usePin
    .getState()
    .load()
    .catch(() => undefined);
}
