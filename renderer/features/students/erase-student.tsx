import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErasureResult, StudentItem } from '../../../shared/contract/roster.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { foldTyped } from './find-students.ts';
import { useLastDeleted } from './last-deleted-store.ts';
import styles from './students.module.css';

/** What an erasure took away, and of whom. */
export interface Erased {
  readonly name: string;
  readonly result: ErasureResult;
}

/** The last word before a student is erased for good: what goes, from where, what that does not reach, and the name typed. */
export function EraseStudent(props: {
  readonly classId: string;
  readonly student: StudentItem;
  readonly onErased: (erased: Erased) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const field = useId();
  const [typed, setTyped] = useState('');
  const { classId, student } = props;
  const name = shownText(student.name);
  const erase = async (): Promise<void> => {
    const result = await call('student.erase', { classId, id: student.id, confirm: true });
    useLastDeleted.getState().noteRestored(student.id);
    props.onErased({ name, result });
  };
  return (
    <Confirm
      open
      danger
      title={t('students:erase.title', { name })}
      action={t('students:erase.action')}
      disabled={foldTyped(typed).trim() !== foldTyped(name).trim()}
      onConfirm={erase}
      onClose={props.onClose}
    >
      <div className={styles['erase']}>
        <ul>
          <li>{t('students:erase.here', { points: format.number(student.allTime) })}</li>
          <li>{t('students:erase.everywhere')}</li>
          <li>{t('students:erase.notReached')}</li>
        </ul>
        <p>
          <strong>{t('students:erase.forGood')}</strong>
        </p>
        <label htmlFor={field}>{t('students:erase.type', { name })}</label>
        <Input id={field} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </div>
    </Confirm>
  );
}

/** What was erased, and what hears of it later or never. */
export function ErasedNotice(props: { readonly erased: Erased; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, result } = props.erased;
  return (
    <div className={styles['notSent']} role="status">
      <p>
        {format.sentences(
          t('students:erase.done', { name }),
          result.backups > 0 ? t('students:erase.backups', { count: result.backups }) : null,
          t('students:erase.unreached'),
        )}
      </p>
      <ul className={styles['unreached']}>
        {result.unreached.map(({ kind, name: place }) => (
          <li key={`${kind} ${place ?? ''}`}>{t(`students:erase.place.${kind}`, { name: shownText(place ?? '') })}</li>
        ))}
      </ul>
      <Button size="small" onClick={props.onClose}>
        {t('common:gotIt')}
      </Button>
    </div>
  );
}
