import type { i18n } from 'i18next';
import type { ClassStatus } from '../../shared/contract/class.ts';
import { badgeState, stateIcons, type StateIcon } from '../../shared/sync/badge-state.ts';
import { badgeWords } from '../../shared/text/badge-words.ts';
import { whenFormat } from '../../shared/text/when-format.ts';

/** What the tray tells of: the class that is open and how safe it is; null before there is one. */
export interface TrayFacts {
  readonly class: { readonly name: string; readonly status: ClassStatus } | null;
  /** Whether the engine answers. */
  readonly answering: boolean;
}

/** An entry of the tray's menu. */
export type TrayEntry =
  | { readonly kind: 'state'; readonly label: string }
  | { readonly kind: 'separator' }
  | { readonly kind: 'open' | 'sync' | 'quit'; readonly label: string; readonly enabled: boolean }
  | {
      readonly kind: 'keep';
      readonly label: string;
      readonly enabled: boolean;
      readonly checked: boolean;
      /** What it is about, whichever class is open when it is chosen; null where there is none. */
      readonly of: KeptConnection | null;
    };

/** The connection of a class. */
export interface KeptConnection {
  readonly classId: string;
  readonly connectionId: string;
}

/** The symbol in the system's tray, as it looks and as it reads. */
export interface TrayView {
  readonly icon: StateIcon;
  readonly tooltip: string;
  readonly menu: readonly TrayEntry[];
}

/** What the tray shows at a moment: the state of the badge, in its words and with its icon, and what can be done about it. */
export function trayView(facts: TrayFacts, texts: i18n, now: Date): TrayView {
  const { t } = texts;
  const { class: open, answering } = facts;
  const connection = open?.status.connection ?? null;
  const separator = { kind: 'separator' } as const;
  const doing: readonly TrayEntry[] = [
    { kind: 'open', label: t('shell:tray.open'), enabled: true },
    { kind: 'sync', label: t('shell:tray.sync'), enabled: answering && connection !== null },
    {
      kind: 'keep',
      label: t('sync:keep.title'),
      // As on its card: the first list is for a person to look at.
      enabled: answering && connection !== null && (connection.lastRunAt !== null || connection.continuous !== null),
      checked: connection !== null && connection.continuous !== null,
      of: connection === null ? null : { classId: connection.classId, connectionId: connection.id },
    },
    separator,
    { kind: 'quit', label: t('shell:tray.quit'), enabled: true },
  ];
  if (open === null) return { icon: 'laptop', tooltip: 'Tallybook', menu: doing };
  const state = badgeState(open.status, answering, now.toISOString());
  const when = whenFormat(texts.language);
  const { title, detail } = badgeWords(state, t, (iso) => when(iso, now));
  return {
    icon: stateIcons[state.kind],
    tooltip: t('shell:tray.tooltip', { class: open.name, title }),
    menu: [{ kind: 'state', label: detail === '' ? title : `${title} · ${detail}` }, separator, ...doing],
  };
}
