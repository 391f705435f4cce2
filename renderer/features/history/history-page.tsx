import { Button, Select } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScoreItem } from '../../../shared/contract/score.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { onAreasChanged } from '../../follow-engine.ts';
import { useFormat } from '../../format.ts';
import { href, navigate, setQuery, useRoute } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useClassItem } from '../app/app-store.ts';
import { useClassStore } from '../class/class-store.ts';
import { LastTold } from '../class/last-action.tsx';
import { useReasonWords } from '../reasons/use-reason-words.ts';
import { foldTyped } from '../students/find-students.ts';
import { rosterStore } from '../students/roster-store.ts';
import { eventColumns, type EventTools } from './event-columns.tsx';
import { EventPanel } from './event-panel.tsx';
import { pageSize, useHistory } from './history-store.ts';
import styles from './history.module.css';

const states = ['all', 'counted', 'undone'] as const;

/** Every event of the class, newest first; points can be undone here, and stay visible as undone. */
export function HistoryPage() {
  const { t } = useTranslation();
  const open = useClassItem();
  const filter = useFilter();
  const { total, error, show, refresh } = useHistory();
  const { studentId, search, state } = filter;
  useEffect(() => rosterStore.show(open.id), [open.id]);
  useEffect(() => {
    show({ classId: open.id, studentId, search, voided: state === 'all' ? null : state === 'undone' });
  }, [show, open.id, studentId, search, state]);
  useEffect(
    () =>
      onAreasChanged((classId, areas) => {
        if (classId === open.id && (areas.includes('events') || areas.includes('students'))) void refresh();
      }),
    [open.id, refresh],
  );
  return (
    <Page
      fill
      title={t('common:nav.history')}
      detail={total === null ? undefined : t('history:count', { count: total })}
      actions={<Filters filter={filter} />}
    >
      {error !== null && (
        // A student who is not here is not here the next time either.
        <ErrorNotice error={error} onRetry={error.code === 'not-found' ? undefined : () => void refresh()} />
      )}
      {total === null ? (
        error === null && <Busy />
      ) : (
        <Events classId={open.id} total={total} filtered={studentId !== null || search !== '' || state !== 'all'} />
      )}
    </Page>
  );
}

type Filter = ReturnType<typeof useFilter>;

function useFilter() {
  const { query } = useRoute();
  const state = states.find((known) => known === query.get('state')) ?? 'all';
  return { studentId: query.get('student'), search: query.get('q') ?? '', state };
}

function Filters(props: { readonly filter: Filter }) {
  const { t } = useTranslation();
  const students = rosterStore.use((store) => store.data?.students) ?? [];
  const { studentId, search, state } = props.filter;
  return (
    <>
      <SearchBox
        value={search}
        onChange={(q) => setQuery({ q })}
        placeholder={t('history:search')}
        label={t('history:searchLabel')}
      />
      <Select
        allowClear
        showSearch={{ filterOption: (typed, option) => option?.search.includes(foldTyped(typed)) === true }}
        placeholder={t('history:everybody')}
        aria-label={t('history:student')}
        className={styles['student'] ?? ''}
        value={studentId}
        options={students.map((student) => ({ value: student.id, label: student.name, search: student.search }))}
        onChange={(id: string | undefined) => setQuery({ student: id ?? null })}
      />
      <MenuButton
        label={t('history:state.label')}
        shown={t(`history:state.${state}`)}
        items={states.map((key) => ({ key, label: t(`history:state.${key}`) }))}
        selected={state}
        onSelect={(key) => setQuery({ state: key === 'all' ? null : key })}
      />
    </>
  );
}

function Events(props: { readonly classId: string; readonly total: number; readonly filtered: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { pages, ensure, refresh } = useHistory();
  const noteUndone = useClassStore((state) => state.noteUndone);
  const noteGiven = useClassStore((state) => state.noteGiven);
  const action = useAction();
  const words = useReasonWords();
  const [openId, setOpenId] = useState<string | null>(null);
  const { classId } = props;
  const row = useCallback((index: number) => pages.get(Math.floor(index / pageSize))?.[index % pageSize], [pages]);
  const undo = (event: ScoreItem): void => {
    void action.run(async () => {
      await call('score.void', { classId, eventIds: [event.id] });
      noteUndone([event.id]);
      await refresh();
    });
  };
  const again = ({ studentId, delta, reasonId, text, note }: ScoreItem): void => {
    // Behind the panel nobody would read why it failed.
    setOpenId(null);
    void action.run(async () => {
      // A reason may give other points by now, or be gone: it is given what it was given then.
      const award = { delta, text: reasonId === null ? text : words.event({ reasonId, text }) };
      const { items } = await call('score.add', { classId, studentIds: [studentId], award, note });
      noteGiven(classId, items);
      await refresh();
    });
  };
  const tools: EventTools = { t, format, words, undo, again };
  const columns = eventColumns(tools);
  const opened = openId === null ? undefined : [...pages.values()].flat().find((event) => event.id === openId);
  return (
    <>
      {action.error !== null && <NotDone error={action.error} onClose={action.clear} />}
      <Grid
        label={t('common:nav.history')}
        columns={columns}
        rowCount={props.total}
        row={row}
        rowKey={(event) => event.id}
        onVisible={ensure}
        onOpen={(event) => setOpenId(event.id)}
        empty={
          props.filtered ? (
            <Empty title={t('history:nothing.title')} text={t('history:nothing.text')}>
              <Button onClick={() => setQuery({ q: null, student: null, state: null })}>
                {t('history:nothing.clear')}
              </Button>
            </Empty>
          ) : (
            <Empty title={t('history:empty.title')} text={t('history:empty.text')} />
          )
        }
      />
      <LastTold classId={classId} />
      {opened !== undefined && <EventPanel event={opened} tools={tools} onClose={() => setOpenId(null)} />}
    </>
  );
}

/** Why points were not undone or given again. A text of another app or of somebody's own making may be longer than one that is typed here may be. */
function NotDone(props: { readonly error: AppError; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { error } = props;
  if (error.code !== 'text-too-long') return <ErrorNotice error={error} onClose={props.onClose} />;
  const instead = { title: t('history:tooLong.title'), remedy: t('history:tooLong.remedy'), passes: true };
  return (
    <ErrorNotice error={error} instead={instead} onClose={props.onClose}>
      <Button type="primary" onClick={() => navigate(href('class'))}>
        {t('history:tooLong.action')}
      </Button>
    </ErrorNotice>
  );
}
