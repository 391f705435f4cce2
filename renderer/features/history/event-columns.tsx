import { Button, Popconfirm, Tag } from 'antd';
import type { TFunction } from 'i18next';
import type { ScoreItem } from '../../../shared/contract/score.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { Format } from '../../format.ts';
import type { GridColumn } from '../../ui/grid-types.ts';
import { Signed } from '../../ui/signed.tsx';
import { stopSecondClick } from '../../ui/stop-second-click.ts';
import type { ReasonWords } from '../reasons/use-reason-words.ts';
import styles from './history.module.css';

/** What the columns need to speak and act. */
export interface EventTools {
  readonly t: TFunction;
  readonly format: Format;
  readonly words: ReasonWords;
  readonly undo: (event: ScoreItem) => void;
  /** Gives the points of an undone event once more, as a new one. */
  readonly again: (event: ScoreItem) => void;
}

/** The width (px) from which the time has a column of its own. */
const roomForTime = 620;

/** The columns of the history; in a narrow window the rest is in the panel a row opens. */
export function eventColumns(tools: EventTools): readonly GridColumn<ScoreItem>[] {
  const { t, format, words } = tools;
  return [
    {
      id: 'at',
      header: t('history:at'),
      width: '144px',
      from: roomForTime,
      cell: (event) => <span className={styles['quiet']}>{format.when(event.at)}</span>,
    },
    {
      // Where there is no room for its column, the time stands below the name.
      id: 'studentAt',
      header: t('history:student'),
      width: 'minmax(110px, 1fr)',
      to: roomForTime,
      cell: (event) => (
        <span className={styles['two']}>
          <strong className={styles['cut']}>{shownText(event.student)}</strong>
          <span className={styles['under']}>{format.when(event.at)}</span>
        </span>
      ),
    },
    {
      id: 'student',
      header: t('history:student'),
      width: 'minmax(80px, 1fr)',
      from: roomForTime,
      cell: (event) => <strong className={styles['cut']}>{shownText(event.student)}</strong>,
    },
    {
      id: 'delta',
      header: t('history:points'),
      width: '64px',
      align: 'end',
      cell: (event) => <Signed value={event.delta} struck={event.voided} />,
    },
    {
      id: 'text',
      header: t('history:reason'),
      // With the least of the others it fits a window 320 pixels wide.
      width: 'minmax(70px, 2fr)',
      cell: (event) => (
        <>
          {event.voided && <Tag>{t('history:undone')}</Tag>}
          <span className={styles['cut']} data-voided={event.voided}>
            {shownText(words.event(event))}
            {event.note !== null && <span className={styles['quiet']}> · {shownText(event.note)}</span>}
          </span>
        </>
      ),
    },
    {
      id: 'device',
      header: t('history:device'),
      width: 'minmax(90px, 1fr)',
      from: 860,
      cell: (event) => <span className={styles['quiet']}>{whoRecorded(event)}</span>,
    },
    {
      id: 'undo',
      header: t('history:action'),
      width: '92px',
      from: 480,
      cell: (event) =>
        event.voided ? <AgainButton event={event} tools={tools} /> : <UndoButton event={event} tools={tools} />,
    },
  ];
}

/** Undo with a question: what was undone cannot be counted again. */
export function UndoButton(props: { readonly event: ScoreItem; readonly tools: EventTools; readonly large?: boolean }) {
  const { event } = props;
  const { t, format, words, undo } = props.tools;
  const what = `${format.signed(event.delta)} ${shownText(words.event(event))}`;
  const name = shownText(event.student);
  return (
    <Popconfirm
      title={t('history:undoTitle', { what, name })}
      description={t('history:undoText')}
      okText={t('history:undo')}
      cancelText={t('common:cancel')}
      onConfirm={() => undo(event)}
    >
      {props.large === true ? (
        <Button>{t('history:undo')}</Button>
      ) : (
        <Button
          type="link"
          size="small"
          tabIndex={-1}
          className={styles['undo'] ?? ''}
          aria-label={t('history:undoNamed', { what, name })}
        >
          {t('history:undo')}
        </Button>
      )}
    </Popconfirm>
  );
}

/** An undone event stays undone; its points can be given again, which is a new event of now. */
export function AgainButton(props: {
  readonly event: ScoreItem;
  readonly tools: EventTools;
  readonly large?: boolean;
}) {
  const { event, large = false } = props;
  const { t, format, words, again } = props.tools;
  const what = `${format.signed(event.delta)} ${shownText(words.event(event))}`;
  return (
    <Button
      {...(large ? {} : { type: 'link', size: 'small', tabIndex: -1, className: styles['undo'] ?? '' })}
      aria-label={t('history:againNamed', { what, name: shownText(event.student) })}
      onClickCapture={stopSecondClick}
      onClick={(click) => {
        click.stopPropagation();
        again(event);
      }}
    >
      {t('history:again')}
    </Button>
  );
}

/** The PC an event was recorded on, with the person where persons are known. */
export function whoRecorded(event: ScoreItem): string {
  return shownText(event.by === null ? event.device : `${event.by}, ${event.device}`);
}
