import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { stateIcons, type BadgeState } from '../../shared/sync/badge-state.ts';
import { badgeWords } from '../../shared/text/badge-words.ts';
import { useApp } from '../features/app/app-store.ts';
import { statusStore } from '../features/app/status-store.ts';
import { SyncSheet } from '../features/sync/sync-sheet.tsx';
import { useFindingOut } from '../features/sync/use-finding-out.ts';
import { useLooking } from '../features/sync/use-looking.ts';
import { useFormat } from '../format.ts';
import { href } from '../router.ts';
import { drawnIcons } from './drawn-icons.ts';
import { showSyncSheet, useSyncSheet } from './perform-command.ts';
import { badgeNow } from './state-now.ts';
import styles from './shell.module.css';

/** Colour of a badge's icon: nothing is said by colour alone, the icon and the words are always there. */
type Tone = 'idle' | 'busy' | 'ok' | 'waiting' | 'conflict' | 'failed';

const tones: Readonly<Record<BadgeState['kind'], Tone>> = {
  'only-here': 'idle',
  'not-answering': 'busy',
  checking: 'busy',
  syncing: 'busy',
  'password-missing': 'failed',
  'password-refused': 'failed',
  'code-missing': 'failed',
  'code-refused': 'failed',
  failed: 'failed',
  overdue: 'failed',
  offline: 'idle',
  halted: 'failed',
  'needs-you': 'conflict',
  cancelled: 'waiting',
  stopped: 'failed',
  waiting: 'waiting',
  'to-get': 'waiting',
  partial: 'failed',
  'left-out': 'idle',
  'all-safe': 'ok',
  'never-synced': 'idle',
};

/** How safe the class is, in the rail of every page; leads to the quick way to sync. Changes are announced. */
export function SyncBadge(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const { data } = statusStore.use();
  const connected = useApp((state) => state.connected);
  const format = useFormat();
  const open = useSyncSheet((state) => state.open);
  useEffect(() => statusStore.show(props.classId), [props.classId]);
  useFindingOut(data?.connection ?? null);
  useLooking(data?.connection ?? null, open);
  if (data === null || data.classId !== props.classId) return <div className={styles['badge']} />;
  const state = badgeNow(data, connected);
  const { title, detail } = badgeWords(state, t, format.when);
  const Icon = drawnIcons[stateIcons[state.kind]];
  return (
    <div role="status">
      <Door state={state} onOpen={() => showSyncSheet(true)}>
        <span className={styles['badgeTitle']}>
          <span className="visually-hidden">{t('common:nav.sync')}: </span>
          <Icon className={styles['badgeIcon'] ?? ''} data-tone={tones[state.kind]} aria-hidden />
          <span>{title}</span>
        </span>
        {/* When it was last looked changes every few minutes; nobody wants to hear that. */}
        {detail !== '' && (
          <span className={styles['badgeDetail']} aria-live={state.kind === 'all-safe' ? 'off' : undefined}>
            {detail}
          </span>
        )}
      </Door>
      {open && data.connection !== null && (
        <SyncSheet
          key={data.connection.id}
          connection={data.connection}
          locked={isLocked(state)}
          onClose={() => showSyncSheet(false)}
        />
      )}
    </div>
  );
}

/** Whether the server does not let this PC in until a person enters something. */
function isLocked({ kind }: BadgeState): boolean {
  return ['password-missing', 'password-refused', 'code-missing', 'code-refused'].includes(kind);
}

/** With a server the badge opens the quick way to sync; without one it leads to the page where the class can be shared. */
function Door(props: { readonly state: BadgeState; readonly onOpen: () => void; readonly children: ReactNode }) {
  if (props.state.kind === 'only-here' || props.state.kind === 'not-answering') {
    return (
      <a className={styles['badge']} href={href('sync')}>
        {props.children}
      </a>
    );
  }
  return (
    <button type="button" className={styles['badge']} aria-haspopup="dialog" onClick={props.onOpen}>
      {props.children}
    </button>
  );
}
