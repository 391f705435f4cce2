import type { i18n } from 'i18next';
import type { Client } from '../../shared/contract/client.ts';
import type { TrayFacts, TrayView } from './tray-view.ts';
import { trayView } from './tray-view.ts';

/** Changes that come together are shown together, in milliseconds. */
const togetherMs = 200;

/** What keeping the tray true takes. */
export interface KeepTrayParts {
  readonly client: Client;
  readonly texts: () => i18n;
  /** Whether the engine answers; it may be starting again. */
  readonly answering: () => boolean;
  readonly show: (view: TrayView) => void;
}

/** The tray of the class that is open, true from one event of the engine to the next. */
export interface KeptTray {
  /** Something it shows may have changed. */
  refresh(): void;
  /** Switches keeping the open class in sync on or off. */
  keepInSync(on: boolean): void;
  /** Shows nothing more. */
  end(): void;
}

/** Shows how the class that is open stands, and again after every event that may change it. */
export function keepTray({ client, texts, answering, show }: KeepTrayParts): KeptTray {
  let facts: TrayFacts['class'] = null;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  async function update(): Promise<void> {
    try {
      facts = await openClass(client);
    } catch {
      // What is not known anew stays; an engine that does not answer is said to be one.
    }
    if (!ended) show(trayView({ class: facts, answering: answering() }, texts(), new Date()));
  }
  function refresh(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), togetherMs);
  }
  client.onEvent(({ name }) => {
    if (name !== 'app.quit') refresh();
  });
  refresh();
  return {
    refresh,
    keepInSync(on) {
      const connection = facts?.status.connection ?? null;
      if (connection === null) return;
      const { classId, id: connectionId } = connection;
      // Where it is refused the entry goes back to what is true.
      void client.call('continuous.set', { classId, connectionId, change: { on } }).then(refresh, refresh);
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

async function openClass(client: Client): Promise<TrayFacts['class']> {
  const { classes, lastClassId } = await client.call('app.state', {});
  const open = classes.find(({ id }) => id === lastClassId) ?? null;
  return open === null ? null : { name: open.name, status: await client.call('class.status', { classId: open.id }) };
}
