import { useTranslation } from 'react-i18next';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import { letterSlots } from '../students/find-students.ts';
import styles from './class.module.css';

/** So many fit on the screen and need no index. */
const fewStudents = 20;

/** Letters at the edge that jump to the first student under them. Letters share a target where each alone would be too small to tap. */
export function LetterIndex(props: {
  readonly students: readonly StudentItem[];
  readonly height: number;
  readonly onJump: (studentId: string) => void;
}) {
  const { t } = useTranslation();
  const slots = letterSlots(props.students, Math.floor(props.height / 40));
  if (slots.length < 2 || props.students.length <= fewStudents) return null;
  return (
    <nav className={styles['letters']} aria-label={t('class:letters')}>
      {slots.map(({ letters, firstId }) => (
        <button key={firstId} type="button" className={styles['letter']} onClick={() => props.onJump(firstId)}>
          {letters.map((letter) => (
            <span key={letter}>{letter}</span>
          ))}
        </button>
      ))}
    </nav>
  );
}
