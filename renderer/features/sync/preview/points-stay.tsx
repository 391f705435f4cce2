import { useEffect, useState } from 'react';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { call } from '../../../client.ts';
import type { Words } from './field-words.ts';
import { recordText } from './what-changes.ts';
import styles from './detail.module.css';

/** Of a student that is deleted: how many points are hidden along and stay. */
export function PointsStay(props: { readonly classId: string; readonly row: PlanRowItem; readonly words: Words }) {
  const { classId, row, words } = props;
  const { t, format } = words;
  const id = row.key['id'] ?? '';
  const [points, setPoints] = useState<number | null>(null);
  useEffect(() => {
    let shown = true;
    void Promise.all([false, true].map((deleted) => call('student.list', { classId, deleted }))).then(
      (lists) => {
        const found = lists.flatMap(({ items }) => items).find((student) => student.id === id);
        if (shown && found !== undefined) setPoints(found.allTime);
      },
      // Only a sentence more: the list says already that all points stay.
      () => {},
    );
    return () => {
      shown = false;
    };
  }, [classId, id]);
  if (points === null) return null;
  return (
    <p className={styles['quiet']}>
      {t(points === 0 ? 'sync:detail.noPointsStay' : 'sync:detail.pointsStay', {
        record: recordText(row, words),
        count: points,
        points: format.number(points),
      })}
    </p>
  );
}
