import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format.ts';
import { runsStore } from '../runs-store.ts';
import type { PreviewStore } from './preview-store.ts';
import styles from './run.module.css';

/** The title of the page: what will change, or what else the list is for. */
export function usePreviewTitle(store: PreviewStore): string {
  const { t } = useTranslation();
  const format = useFormat();
  const purpose = store.use((state) => state.plan?.purpose ?? 'sync');
  const undoes = store.use((state) => state.plan?.undoes ?? null);
  const making = store.use((state) => state.work?.kind);
  const runs = runsStore.use((state) => state.data);
  useEffect(() => {
    if (undoes !== null) runsStore.show(store.classId);
  }, [undoes, store]);
  if (making === 'undo' || making === 'replace') return t(`sync:${making}.title`);
  if (purpose === 'replace') return t('sync:replace.title');
  if (purpose === 'sync') return t('sync:preview.title');
  const run = runs?.find((known) => known.runId === undoes);
  return run === undefined ? t('sync:undo.title') : t('sync:undo.titleOf', { time: format.when(run.startedAt) });
}

/** What a list is for that is no ordinary one, in a sentence, and the way back to the ordinary one. */
export function PurposeNotice(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const { store } = props;
  const purpose = store.use((state) => state.plan?.purpose ?? 'sync');
  const busy = store.use((state) => state.work !== null);
  const empty = store.use((state) => state.plan?.total === 0);
  // What it would take back or replace is nothing: that stands in the place of the list, with the way back.
  if (purpose === 'sync' || empty) return null;
  return (
    <section className={styles['note']} data-purpose={purpose} aria-label={t(`sync:${purpose}.title`)}>
      <p className={styles['outcomeText']}>{t(`sync:${purpose}.about`)}</p>
      <Button disabled={busy} onClick={() => void store.compare()}>
        {t('sync:undo.back')}
      </Button>
    </section>
  );
}
