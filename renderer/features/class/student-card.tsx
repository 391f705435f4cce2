import { CheckOutlined } from '@ant-design/icons';
import { memo, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat } from '../../format.ts';
import { groupFill, steadyFill, type Fill } from '../../theme.ts';
import { Avatar } from '../../ui/avatar.tsx';
import styles from './class.module.css';

/** One student to tap. */
export const StudentCard = memo(function StudentCard(props: {
  readonly id: string;
  readonly student: StudentItem;
  /** The colour of the student's group, null without one. */
  readonly color: string | null;
  readonly selected: boolean;
  /** Whether the keyboard is on this card. */
  readonly active: boolean;
  readonly hidePoints: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { student, color } = props;
  const fill: Fill = color === null ? steadyFill(student.id) : groupFill(color);
  const edge: CSSProperties & Record<'--edge', string> = { '--edge': fill.fill };
  return (
    <div
      id={props.id}
      role="option"
      aria-selected={props.selected}
      className={styles['card']}
      data-active={props.active}
      data-grouped={color !== null}
      data-student={student.id}
      style={edge}
    >
      {props.selected && (
        <span className={styles['tick']} aria-hidden>
          <CheckOutlined />
        </span>
      )}
      <Avatar name={student.name} fill={fill} />
      <span className={styles['name']}>{shownText(student.name)}</span>
      <span className={styles['number']}>
        {student.number !== null && shownText(student.number)}
        {student.group !== null && <span className="visually-hidden"> {shownText(student.group)}</span>}
      </span>
      {!props.hidePoints && (
        <span className={styles['points']}>
          {format.number(student.current)}
          <span className="visually-hidden"> {t('class:points')}</span>
        </span>
      )}
    </div>
  );
});
