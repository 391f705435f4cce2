import { App as AntdApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { i18n } from 'i18next';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { languageFor, type Language } from '../shared/text/language.ts';
import { useApp } from './features/app/app-store.ts';
import { PinSheet } from './features/pin/pin-sheet.tsx';
import { pageFor } from './pages.tsx';
import { useRoute } from './router.ts';
import { CloseDialog, Ended, NotClosedYet } from './shell/close-dialog.tsx';
import { useClose } from './shell/close-store.ts';
import { isPageName, Rail } from './shell/rail.tsx';
import styles from './shell/shell.module.css';
import { antdTheme, applyAppearance, type Appearance } from './theme.ts';
import { useMedia } from './use-media.ts';
import { Busy } from './ui/busy.tsx';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { ErrorNotice } from './ui/error-notice.tsx';

/** The whole page: language, appearance, then the shell around the page of the address. */
export function App(props: { readonly texts: i18n; readonly nonce: string }) {
  const language = useLanguage();
  const appearance = useAppearance();
  // One object as long as it says the same: every part of antd is drawn again with another one.
  const touch = useMedia('(pointer: coarse)');
  const theme = useMemo(() => antdTheme(appearance, touch), [appearance, touch]);
  const csp = useMemo(() => ({ nonce: props.nonce }), [props.nonce]);
  useLayoutEffect(() => applyAppearance(appearance), [appearance]);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    void props.texts.changeLanguage(language);
  }, [language, props.texts]);
  return (
    <I18nextProvider i18n={props.texts}>
      <ConfigProvider theme={theme} locale={language === 'zh-CN' ? zhCN : enUS} csp={csp} button={button}>
        <AntdApp style={{ height: '100%' }}>
          <Shell />
          <PinSheet />
        </AntdApp>
      </ConfigProvider>
    </I18nextProvider>
  );
}

const button = { autoInsertSpace: false };

/** The language that was chosen, else the system's. */
function useLanguage(): Language {
  const chosen = useApp((state) => state.app?.language ?? null);
  return chosen ?? languageFor(navigator.languages);
}

function useAppearance(): Appearance {
  const theme = useApp((state) => state.app?.theme ?? 'system');
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  if (theme !== 'system') return theme;
  return systemDark ? 'dark' : 'light';
}

function Shell() {
  const { t } = useTranslation();
  const route = useRoute();
  const app = useApp((state) => state.app);
  const classId = useApp((state) => state.classId);
  const error = useApp((state) => state.error);
  const connected = useApp((state) => state.connected);
  const ended = useClose((state) => state.step.kind === 'ended');
  const load = useApp((state) => state.load);
  const clearError = useApp((state) => state.clearError);
  const main = useRef<HTMLElement>(null);
  // The app was started anew and lets nobody in who is not of its window: trying again is of no use.
  const shutOut = error?.code === 'page-without-key';
  const hasClass = app !== null && classId !== null;
  const { name, Page, bare } = pageFor(route, { hasClass, named: typeof app?.device.name === 'string' });
  const title = isPageName(name) ? `${t(`common:nav.${name}`)} · ${t('common:appName')}` : t('common:appName');
  useEffect(() => {
    document.title = title;
    // In a low window it is the whole that scrolls.
    for (const part of [main.current, main.current?.parentElement]) part?.scrollTo({ top: 0 });
  }, [title]);
  if (ended) return <Ended />;
  if (app === null) {
    return (
      <main className={styles['alone']}>
        {error === null ? <Busy /> : <ErrorNotice error={error} onRetry={shutOut ? undefined : () => void load()} />}
      </main>
    );
  }
  const content = (
    <main ref={main} id="main" className={styles['main']} tabIndex={-1}>
      {!connected && !shutOut && (
        <p className={styles['line']} data-above role="status">
          {t('common:reconnecting')}
        </p>
      )}
      <NotClosedYet />
      {error !== null && (
        <div className={styles['aloft']}>
          <ErrorNotice error={error} onClose={shutOut ? undefined : clearError} />
        </div>
      )}
      {/* A page without the rail is of no class: one that makes a class keeps what was typed in it. */}
      <ErrorBoundary key={bare ? name : `${name} ${classId}`}>
        <Page />
      </ErrorBoundary>
    </main>
  );
  if (bare || classId === null) return content;
  return (
    <div className={styles['shell']}>
      <a className={styles['skip']} href="#main" onClick={(event) => focusMain(event, main.current)}>
        {t('common:skipToContent')}
      </a>
      <Rail classId={classId} page={name} />
      {content}
      <CloseDialog />
    </div>
  );
}

/** The fragment is the address of a page, so the skip link moves the focus itself. */
function focusMain(event: { preventDefault: () => void }, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}
