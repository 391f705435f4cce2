import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupItem, ReasonItem, StudentItem } from '../../../shared/contract/roster.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { href, navigate, setQuery, useRoute } from '../../router.ts';
import { groupFill } from '../../theme.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useClassItem } from '../app/app-store.ts';
import { reasonsStore } from '../reasons/reasons-store.ts';
import { filterStudents, sortStudents, type StudentSort } from '../students/find-students.ts';
import { rosterStore } from '../students/roster-store.ts';
import { showSyncSheet } from '../../shell/perform-command.ts';
import { useNotSentText } from '../sync/use-not-sent-text.ts';
import { AwardBar } from './award-bar.tsx';
import { Board } from './board.tsx';
import { useClassStore, type Award } from './class-store.ts';
import { LastAction } from './last-action.tsx';
import { LetterIndex } from './letter-index.tsx';
import { OtherSheet } from './other-sheet.tsx';
import { ReasonsSheet } from './reasons-sheet.tsx';
import styles from './class.module.css';

/** The home page: tap students, tap a reason, done. */
export function ClassPage() {
  const open = useClassItem();
  const { data, error } = rosterStore.use();
  const reasons = reasonsStore.use((state) => state.data) ?? [];
  const clear = useClassStore((state) => state.clear);
  useEffect(() => {
    rosterStore.show(open.id);
    reasonsStore.show(open.id);
    return clear;
  }, [open.id, clear]);
  if (data === null)
    return error === null ? <Busy /> : <ErrorNotice error={error} onRetry={() => void rosterStore.refresh()} />;
  return (
    <div className={styles['page']}>
      <Head name={open.name} sample={open.sample} students={data.students} groups={data.groups} />
      {data.students.length === 0 ? (
        <NobodyYet classId={open.id} />
      ) : (
        <Work classId={open.id} students={data.students} groups={data.groups} reasons={reasons} />
      )}
    </div>
  );
}

/** A class without students: the way to add them, or to get those the PC that shares the class sends. */
function NobodyYet(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const notSent = useNotSentText(props.classId);
  return (
    <Empty title={notSent?.title ?? t('class:empty.title')} text={notSent?.text ?? t('class:empty.text')}>
      {notSent !== null && (
        <Button type="primary" size="large" onClick={() => showSyncSheet(true)}>
          {t('students:empty.sync')}
        </Button>
      )}
      <Button
        type={notSent === null ? 'primary' : 'default'}
        size="large"
        onClick={() => navigate(href('students', { add: 'many' }))}
      >
        {t('class:empty.add')}
      </Button>
    </Empty>
  );
}

const sorts: readonly StudentSort[] = ['name', 'number', 'points'];

/** How the board is filtered, from the address. */
function useView() {
  const { query } = useRoute();
  const sort = sorts.find((known) => known === query.get('sort')) ?? 'name';
  return { search: query.get('q') ?? '', group: query.get('group'), sort, hidePoints: query.get('privacy') === '1' };
}

function Head(props: {
  readonly name: string;
  readonly sample: boolean;
  readonly students: readonly StudentItem[];
  readonly groups: readonly GroupItem[];
}) {
  const { t } = useTranslation();
  const select = useClassStore((state) => state.select);
  const view = useView();
  const shown = filterStudents(props.students, view);
  const groupItems = [
    { key: '', label: t('class:allGroups') },
    ...props.groups.map((group) => ({
      key: group.id,
      label: shownText(group.name),
      color: groupFill(group.color).fill,
    })),
    { key: 'none', label: t('class:noGroup') },
  ];
  const group = groupItems.find((item) => item.key !== '' && item.key === view.group);
  return (
    <header className={styles['head']}>
      <div className={styles['heading']}>
        <h1>{shownText(props.name)}</h1>
        {props.sample && <Tag>{t('common:sample')}</Tag>}
        <span className={styles['detail']} aria-live="polite">
          {view.search !== '' || group !== undefined
            ? t('class:found', { count: shown.length })
            : t('class:studentsThisRound', { count: props.students.length })}
        </span>
      </div>
      {props.students.length > 0 && (
        <div className={styles['tools']}>
          <SearchBox
            value={view.search}
            onChange={(q) => setQuery({ q })}
            placeholder={t('class:search')}
            label={t('class:searchLabel')}
          />
          <MenuButton
            label={t('class:sort.label')}
            shown={t(`class:sort.${view.sort}`)}
            items={sorts.map((key) => ({ key, label: t(`class:sort.${key}`) }))}
            selected={view.sort}
            onSelect={(sort) => setQuery({ sort: sort === 'name' ? null : sort })}
          />
          {props.groups.length > 0 && (
            <MenuButton
              label={t('class:group')}
              shown={group?.label ?? t('class:groups')}
              items={groupItems}
              selected={view.group ?? ''}
              onSelect={(key) => setQuery({ group: key })}
            />
          )}
          <Button onClick={() => select(shown.map((student) => student.id))} disabled={shown.length === 0}>
            {shown.length === props.students.length ? t('class:wholeClass') : t('class:selectFound')}
          </Button>
          <Button
            aria-pressed={view.hidePoints}
            icon={view.hidePoints ? <EyeOutlined aria-hidden /> : <EyeInvisibleOutlined aria-hidden />}
            onClick={() => setQuery({ privacy: view.hidePoints ? null : '1' })}
          >
            {view.hidePoints ? t('class:showPoints') : t('class:privacy')}
          </Button>
        </div>
      )}
    </header>
  );
}

function Work(props: {
  readonly classId: string;
  readonly students: readonly StudentItem[];
  readonly groups: readonly GroupItem[];
  readonly reasons: readonly ReasonItem[];
}) {
  const { t } = useTranslation();
  const view = useView();
  const [sheet, setSheet] = useState<'none' | 'all' | 'other'>('none');
  const { selected, error, award, clear, clearError } = useClassStore();
  const bar = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const height = useWindowHeight();
  const { search, group, sort } = view;
  useEscape(selected.size > 0 && sheet === 'none', clear);
  const shown = useMemo(
    () => sortStudents(filterStudents(props.students, { search, group }), sort),
    [props.students, search, group, sort],
  );
  const give = async (what: Award, note: string | null = null): Promise<boolean> => {
    // The bar goes with the selection; the focus must not go with it.
    const inBar = bar.current?.contains(document.activeElement) === true || sheet !== 'none';
    const done = await award(props.classId, what, note);
    if (done) {
      setSheet('none');
      if (inBar) focusBoard(scroller);
    }
    return done;
  };
  return (
    <>
      <div className={styles['middle']}>
        <div ref={scroller} className={styles['scroller']}>
          {shown.length === 0 ? (
            <Empty title={t('class:nobody.title')} text={t('class:nobody.text')}>
              <Button onClick={() => setQuery({ q: null, group: null })}>{t('class:nobody.clear')}</Button>
            </Empty>
          ) : (
            <Board
              students={shown}
              groups={props.groups}
              hidePoints={view.hidePoints}
              onDone={() => focusFirstIn(bar)}
            />
          )}
        </div>
        {view.sort === 'name' && (
          <LetterIndex students={shown} height={height - 260} onJump={(id) => jumpTo(scroller, id)} />
        )}
      </div>
      <div className={styles['foot']}>
        {error !== null && sheet === 'none' && <ErrorNotice error={error} onClose={clearError} />}
        <LastAction classId={props.classId} />
        {selected.size > 0 && (
          <AwardBar
            barRef={bar}
            reasons={props.reasons}
            onAward={(what) => void give(what)}
            onAll={() => setSheet('all')}
            onOther={() => setSheet('other')}
          />
        )}
      </div>
      <ReasonsSheet
        open={sheet === 'all'}
        reasons={props.reasons}
        onAward={(what) => void give(what)}
        onClose={() => setSheet('none')}
      />
      <OtherSheet open={sheet === 'other'} onAward={give} onClose={() => setSheet('none')} />
    </>
  );
}

/** Escape lets go of the selection from anywhere on the page. */
function useEscape(on: boolean, act: () => void): void {
  useEffect(() => {
    if (!on) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.isComposing) act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [on, act]);
}

function focusFirstIn(place: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() => place.current?.querySelector('button')?.focus());
}

function focusBoard(scroller: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() =>
    scroller.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus({ preventScroll: true }),
  );
}

function jumpTo(scroller: RefObject<HTMLElement | null>, studentId: string): void {
  scroller.current?.querySelector(`[data-student="${CSS.escape(studentId)}"]`)?.scrollIntoView({ block: 'start' });
}

function useWindowHeight(): number {
  return useSyncExternalStore(followResize, () => window.innerHeight);
}

function followResize(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}
