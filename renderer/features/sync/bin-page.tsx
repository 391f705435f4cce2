import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LostItem } from '../../../shared/contract/bin.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { onAreasChanged } from '../../follow-engine.ts';
import { useFormat } from '../../format.ts';
import { href, navigate, setQuery, useRoute } from '../../router.ts';
import { Busy } from '../../ui/busy.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { Page } from '../../ui/page.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useAction } from '../../use-action.ts';
import { useClassItem } from '../app/app-store.ts';
import { BinPanel } from './bin-panel.tsx';
import { continueBin, showBin, useBin } from './bin-store.ts';
import { isLostDeletion, lostBy, lostPieces, lostRecord, restoreWords } from './bin-words.ts';
import { Pieces } from './preview/record-columns.tsx';
import type { Words } from './preview/field-words.ts';
import previewStyles from './preview/run.module.css';
import styles from './sync.module.css';

/** Every value that lost against another: whose it was, when, and the way to put it back as a change like any other. */
export function BinPage() {
  const { t } = useTranslation();
  const open = useClassItem();
  const search = useRoute().query.get('q') ?? '';
  const { items, total, error, search: searched } = useBin();
  useFreshValues(open.id, search);
  const action = useAction();
  const [put, setPut] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<LostItem | null>(null);
  const [leaving, setLeaving] = useState<LostItem | null>(null);
  const [openId, setOpenId] = useState<string | null>(null);
  const words: Words = { t, format: useFormat() };
  const restore = (item: LostItem): void => {
    setPut(null);
    setOpenId(null);
    void action
      .run(() => call('bin.restore', { classId: open.id, id: item.id }))
      .then((done) => setPut(done ? restoreWords(item, words).done : null));
  };
  // A record that goes by a press that was to bring something back would be missed first when it is looked for.
  const ask = (item: LostItem): void => (isLostDeletion(item) ? setDeleting(item) : restore(item));
  const forget = (item: LostItem): void => {
    setOpenId(null);
    setLeaving(item);
  };
  const opened = items?.find(({ id }) => id === openId);
  return (
    <Page
      fill
      title={t('sync:bin.title')}
      detail={t('sync:bin.about')}
      actions={<Button onClick={() => navigate(href('sync'))}>{t('sync:preview.back')}</Button>}
    >
      <div className={styles['binTools']}>
        <SearchBox
          value={search}
          onChange={(q) => setQuery({ q })}
          placeholder={t('sync:bin.search')}
          label={t('sync:bin.search')}
        />
        <span className={styles['quiet']} role="status">
          {items === null ? '' : t('sync:bin.count', { count: total })}
        </span>
      </div>
      {error !== null && <ErrorNotice error={error} onRetry={() => void showBin(open.id, search)} />}
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      {put !== null && (
        <p className={previewStyles['note']} role="status">
          {put}
        </p>
      )}
      {items === null && error === null && <Busy />}
      {items !== null && (
        <Values
          items={items}
          search={search}
          isRead={searched === search}
          columns={columns(words, action.busy, ask, forget)}
          onOpen={(item) => setOpenId(item.id)}
        />
      )}
      {opened !== undefined && (
        <BinPanel
          item={opened}
          words={words}
          busy={action.busy}
          onRestore={ask}
          onForget={forget}
          onClose={() => setOpenId(null)}
        />
      )}
      <DeleteDialog item={deleting} words={words} onConfirm={restore} onClose={() => setDeleting(null)} />
      <ForgetDialog classId={open.id} item={leaving} words={words} onClose={() => setLeaving(null)} />
    </Page>
  );
}

/** Keeps the lost values of a class that a search finds as they are now. */
function useFreshValues(classId: string, search: string): void {
  useEffect(() => {
    void showBin(classId, search);
    return onAreasChanged((changed, areas) => {
      // Beside each value stands what its record says now, of whatever kind that is.
      const isNews = areas.some((area) => area !== 'connections' && area !== 'plans');
      if (changed === classId && isNews) void showBin(classId, search);
    });
  }, [classId, search]);
}

function Values(props: {
  readonly items: readonly LostItem[];
  readonly search: string;
  /** Whether they are what this search found, and not an earlier one. */
  readonly isRead: boolean;
  readonly columns: readonly GridColumn<LostItem>[];
  readonly onOpen: (item: LostItem) => void;
}) {
  const { t } = useTranslation();
  const { items, search, isRead } = props;
  const nothing = search === '' ? 'sync:bin.empty' : 'sync:list.nothing';
  return (
    <div className={styles['fill']}>
      <Grid
        label={t('sync:bin.title')}
        columns={props.columns}
        rowCount={items.length}
        row={(index) => items[index]}
        rowKey={(item) => item.id}
        onOpen={props.onOpen}
        onVisible={(_first, last) => continueBin(last)}
        empty={isRead ? <Empty title={t(`${nothing}.title`)} text={t(`${nothing}.text`)} /> : undefined}
      />
    </div>
  );
}

/** Asks before a record is deleted because its deletion is put back, as everywhere a record is deleted. */
function DeleteDialog(props: {
  readonly item: LostItem | null;
  readonly words: Words;
  readonly onConfirm: (item: LostItem) => void;
  readonly onClose: () => void;
}) {
  const { item, words } = props;
  const { t } = words;
  return (
    <Confirm
      open={item !== null}
      danger
      title={t('sync:bin.deletes.title', { record: item === null ? '' : lostRecord(item, words) })}
      action={t('sync:bin.deletes.restore')}
      onConfirm={() => {
        if (item !== null) props.onConfirm(item);
        return Promise.resolve();
      }}
      onClose={props.onClose}
    >
      <p>{t('sync:bin.deletes.text')}</p>
    </Confirm>
  );
}

/** Asks before a lost value is forgotten for good. */
function ForgetDialog(props: {
  readonly classId: string;
  readonly item: LostItem | null;
  readonly words: Words;
  readonly onClose: () => void;
}) {
  const { classId, item, words } = props;
  const { t } = words;
  return (
    <Confirm
      open={item !== null}
      danger
      title={t('sync:bin.forget.title', { record: item === null ? '' : lostRecord(item, words) })}
      action={t('sync:bin.forget.action')}
      onConfirm={() => call('bin.forget', { classId, ids: item === null ? [] : [item.id] })}
      onClose={props.onClose}
    >
      <p>{t('sync:bin.forget.text')}</p>
    </Confirm>
  );
}

function columns(
  words: Words,
  busy: boolean,
  onRestore: (item: LostItem) => void,
  onForget: (item: LostItem) => void,
): readonly GridColumn<LostItem>[] {
  const { t, format } = words;
  return [
    {
      id: 'when',
      header: t('sync:bin.column.when'),
      width: 'minmax(90px, 140px)',
      from: 560,
      cell: (item) => <Cut text={format.when(item.at)} title={format.full(item.at)} />,
    },
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(90px, 1fr)',
      cell: (item) => (
        <strong className={styles['cut']} title={lostRecord(item, words)}>
          {lostRecord(item, words)}
        </strong>
      ),
    },
    {
      id: 'what',
      header: t('sync:bin.column.what'),
      width: 'minmax(100px, 2fr)',
      cell: (item) => <Pieces pieces={lostPieces(item, { ...words, most: 100 })} />,
    },
    {
      id: 'whose',
      header: t('sync:bin.column.whose'),
      width: 'minmax(80px, 150px)',
      from: 700,
      cell: (item) => <Cut text={shownText(lostBy(item, words))} />,
    },
    {
      id: 'restore',
      header: t('sync:bin.column.restore'),
      width: '112px',
      // Where it has no room the row opens with it; nobody puts back what cannot be read.
      from: 340,
      cell: (item) =>
        item.same ? (
          <Cut text={t('sync:bin.same')} />
        ) : (
          <Button
            size="small"
            tabIndex={-1}
            disabled={busy}
            aria-label={restoreWords(item, words).named}
            onClick={() => onRestore(item)}
          >
            {restoreWords(item, words).action}
          </Button>
        ),
    },
    {
      id: 'forget',
      header: t('sync:bin.column.forget'),
      width: '84px',
      from: 560,
      cell: (item) => (
        <Button
          size="small"
          type="text"
          tabIndex={-1}
          aria-label={t('sync:bin.forgetNamed', { record: lostRecord(item, words) })}
          onClick={() => onForget(item)}
        >
          {t('sync:bin.forget.action')}
        </Button>
      ),
    },
  ];
}

/** A text that may be cut where there is no room; the panel of its row has all of it. */
function Cut(props: { readonly text: string; readonly title?: string }) {
  return (
    <span className={`${styles['cut'] ?? ''} ${styles['quiet'] ?? ''}`} title={props.title ?? props.text}>
      {props.text}
    </span>
  );
}
