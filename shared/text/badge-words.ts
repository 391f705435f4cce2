import type { TFunction } from 'i18next';
import { errorFromJson } from '../errors.ts';
import type { BadgeState } from '../sync/badge-state.ts';
import { errorParams } from './error-params.ts';
import { shownParams } from './shown-params.ts';

/** What a state of sync is called, and what more is said of it; empty where nothing is. */
export interface BadgeWords {
  readonly title: string;
  readonly detail: string;
}

/** A state in words, the same in the badge of the page and in the system's tray. `when` writes a moment (ISO 8601) as people do. */
export function badgeWords(state: BadgeState, t: TFunction, when: (iso: string) => string): BadgeWords {
  const last = (at: string | null): string =>
    at === null ? t('common:badge.neverSynced') : t('common:badge.lastSync', { time: when(at) });
  switch (state.kind) {
    case 'only-here':
      return {
        title: t('common:badge.onlyHere'),
        detail: t('common:badge.recentEntries', { count: state.recent }),
      };
    case 'not-answering':
      return { title: t('common:badge.notAnswering'), detail: t('common:badge.notAnsweringDetail') };
    case 'checking':
      return { title: t('common:badge.checking'), detail: t('common:badge.checkingDetail') };
    case 'syncing':
      return {
        title: t('common:badge.syncing'),
        detail: state.count > 0 ? t('common:badge.syncingDetail', { count: state.count }) : '',
      };
    case 'password-missing':
    case 'password-refused':
      return { title: t(`common:badge.${state.kind}`), detail: t('common:badge.passwordDetail') };
    case 'code-missing':
    case 'code-refused':
      return { title: t(`common:badge.${state.kind}`), detail: t('common:badge.codeDetail') };
    case 'failed':
    case 'partial': {
      const { code, params } = errorFromJson(state);
      return {
        title: t(`common:badge.${state.kind}`),
        detail: t(`errors:${code}.title`, errorParams(shownParams(params))),
      };
    }
    case 'overdue':
      return {
        title: t('common:badge.overdue'),
        detail: t('common:badge.overdueDetail', { count: state.count, time: when(state.at) }),
      };
    case 'offline':
      return {
        title: t('common:badge.offline'),
        detail: state.waiting > 0 ? t('common:badge.waiting', { count: state.waiting }) : last(state.at),
      };
    case 'halted':
      return { title: t('common:badge.halted'), detail: t('common:badge.haltedDetail') };
    case 'needs-you':
      return {
        title: t('common:badge.needsYou', { count: state.count }),
        detail:
          state.up + state.down > 0
            ? t('common:badge.hereThere', { here: state.up, there: state.down })
            : t('common:badge.needsYouDetail'),
      };
    case 'cancelled':
    case 'stopped':
      return { title: t('common:badge.waiting', { count: state.count }), detail: t(`common:badge.${state.kind}`) };
    case 'waiting':
      return { title: t('common:badge.waiting', { count: state.count }), detail: last(state.at) };
    case 'to-get':
      return { title: t('common:badge.there', { count: state.count }), detail: last(state.at) };
    case 'left-out':
      return { title: t('common:badge.leftOut', { count: state.count }), detail: t('common:badge.leftOutDetail') };
    case 'all-safe':
      return {
        title: t('common:badge.allSafe'),
        detail: t('common:badge.bothSame', { time: when(state.at) }),
      };
    case 'never-synced':
      return { title: t('sync:status.never-synced'), detail: '' };
  }
}
