import type { i18n } from 'i18next';
import type { Client } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { KeptConnection, TrayFacts, TrayView } from './tray-view.ts';
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
  /** Called with how the open class stands, whenever it was read anew. */
  readonly onRead: (open: TrayFacts['class']) => void;
  /** Has the page switch keeping in sync, where that needs a PIN: a tray has no place to type one. */
  readonly switchInPage: (on: boolean) => void;
}

/** The tray of the class that is open, true from one event of the engine to the next. */
export interface KeptTray {
  /** Something it shows may have changed. */
  refresh(): void;
  /** Switches keeping a class in sync on or off. */
  keepInSync(of: KeptConnection, on: boolean): void;
  /** Shows nothing more. */
  end(): void;
}

/** Shows how the class that is open stands, and again after every event that may change it. */
export function keepTray({ client, texts, answering, show, onRead, switchInPage }: KeepTrayParts): KeptTray {
  let facts: TrayFacts['class'] = null;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  let turn = 0;

  function tell(): void {
    if (!ended) show(trayView({ class: facts, answering: answering() }, texts(), new Date()));
  }
  async function update(): Promise<void> {
    turn += 1;
    const mine = turn;
    // An engine that starts again answers only when it has: until then it is said not to.
    if (!answering()) tell();
    try {
      const now = await openClass(client);
      // An answer that was overtaken knows less.
      if (mine === turn) {
        facts = now;
        if (!ended) onRead(now);
      }
    } catch {
      // What is not known anew stays; an engine that does not answer is said to be one.
    }
    tell();
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
    keepInSync(of, on) {
      void client.call('continuous.set', { ...of, change: { on } }).then(refresh, (error: unknown) => {
        // The entry goes back to what is true.
        refresh();
        if (error instanceof AppError && error.code === 'needs-pin') switchInPage(on);
      });
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
