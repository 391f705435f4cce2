import { Button, Tag } from 'antd';
import type { ScoreItem } from '../../../shared/contract/score.ts';
import { textLimits } from '../../../shared/model/text-limits.ts';
import { clippedText, shownText, visibleText } from '../../../shared/model/visible-text.ts';
import { href } from '../../router.ts';
import { useMinutes } from '../../use-minutes.ts';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Signed } from '../../ui/signed.tsx';
import { AgainButton, UndoButton, whoRecorded, type EventTools } from './event-columns.tsx';
import styles from './history.module.css';

/** One event in full. */
export function EventPanel(props: {
  readonly event: ScoreItem;
  readonly tools: EventTools;
  readonly onClose: () => void;
}) {
  useMinutes();
  const { event, tools, onClose } = props;
  const { t, format, words } = tools;
  const name = shownText(event.student);
  return (
    <SidePanel
      open
      title={name}
      onClose={onClose}
      footer={
        <>
          {event.voided ? (
            <AgainButton large event={event} tools={tools} />
          ) : (
            <UndoButton large event={event} tools={tools} />
          )}
          <Button onClick={onClose}>{t('common:close')}</Button>
        </>
      }
    >
      <p className={styles['award']}>
        <Signed value={event.delta} struck={event.voided} /> {shownText(words.event(event))}{' '}
        {event.voided && <Tag>{t('history:undone')}</Tag>}
      </p>
      <dl className={styles['facts']}>
        <dt>{t('history:at')}</dt>
        <dd>{format.aside(format.full(event.at), format.ago(event.at))}</dd>
        <dt>{t('history:device')}</dt>
        <dd>{whoRecorded(event)}</dd>
        {event.note !== null && (
          <>
            <dt>{t('history:note')}</dt>
            <dd className={styles['note']}>{visibleText(clippedText(event.note, textLimits.note))}</dd>
          </>
        )}
      </dl>
      <a href={href('history', { student: event.studentId })}>{t('history:allOf', { name })}</a>
    </SidePanel>
  );
}
