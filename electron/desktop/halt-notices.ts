import type { i18n } from 'i18next';
import type { TrayFacts } from './tray-view.ts';

/** What the system is asked to show. It names no student: others may see the screen. */
export interface Notice {
  readonly title: string;
  readonly body: string;
}

/** What telling of halts takes. */
export interface HaltNoticeParts {
  readonly texts: () => i18n;
  /** Whether somebody has the window before their eyes, where the badge says the same. */
  readonly isSeen: () => boolean;
  readonly show: (notice: Notice) => void;
}

type Asked = 'halted' | 'asks';

/**
 * Tells whoever does not see the window that keeping a class in sync needs a person: once when it halts, and once when there is something to decide. It tells again
 * only after that was settled. What is returned is called with how the open class stands, whenever that may have changed.
 */
export function haltNotices({ texts, isSeen, show }: HaltNoticeParts): (open: TrayFacts['class']) => void {
  const told = new Map<string, Asked>();
  return (open) => {
    const connection = open?.status.connection ?? null;
    // Nothing is known while a round is under way; and what nobody keeps in sync halts for nobody.
    if (open === null || connection === null || connection.status === 'IN_PROGRESS') return;
    const { id, continuous, pending } = connection;
    const kept = continuous !== null && !continuous.paused;
    const asked = kept && continuous.halted !== null ? 'halted' : kept && pending.conflicts > 0 ? 'asks' : null;
    const before = told.get(id);
    if (asked === null) told.delete(id);
    else told.set(id, asked);
    if (asked === null || asked === before || before === 'halted' || isSeen()) return;
    const { t } = texts();
    show({
      title: t(`shell:notice.${asked}`, { class: open.name, count: pending.conflicts }),
      body: t(`shell:notice.${asked}Detail`),
    });
  };
}
