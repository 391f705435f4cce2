import { CheckOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useId, type ComponentRef, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat } from '../../format.ts';
import { blocks, type ParsedNames } from './parse-names.ts';
import styles from './students.module.css';

type TextAreaRef = ComponentRef<typeof Input.TextArea>;

const shownProblems = 5;

/** A field for a list of names, with what was read from it said at once. */
export function PasteNames(props: {
  readonly text: string;
  readonly parsed: ParsedNames;
  readonly onChange: (text: string) => void;
  readonly rows?: number;
  readonly fieldRef?: Ref<TextAreaRef>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const { fieldRef } = props;
  const { students, problems } = props.parsed;
  const withNumber = students.filter((student) => student.number !== null).length;
  return (
    <div className={styles['paste']}>
      <label htmlFor={id} className={styles['label']}>
        {t('students:paste.label')}
      </label>
      <Input.TextArea
        id={id}
        ref={fieldRef}
        aria-describedby={`${id}-hint ${id}-read`}
        value={props.text}
        rows={props.rows ?? 10}
        spellCheck={false}
        placeholder={t('students:paste.placeholder')}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <p id={`${id}-hint`} className={styles['hint']}>
        {t('students:paste.hint')}
      </p>
      <div id={`${id}-read`} role="status" className={styles['read']}>
        {students.length > 0 && (
          <p className={styles['readCount']}>
            <CheckOutlined aria-hidden /> {t('students:paste.count', { count: students.length })}
            {withNumber > 0 && ` · ${t('students:paste.withNumber', { count: withNumber })}`}
          </p>
        )}
        {problems.slice(0, shownProblems).map((problem) => (
          <p key={`${problem.line} ${problem.kind}`} className={styles['problem']} data-blocks={blocks(problem)}>
            <ExclamationCircleOutlined aria-hidden /> {format.lead(t('students:paste.line', { line: problem.line }))}
            {t(`students:problem.${problem.kind}`, { text: shownText(problem.text) })}
          </p>
        ))}
        {problems.length > shownProblems && (
          <p className={styles['hint']}>{t('students:paste.more', { count: problems.length - shownProblems })}</p>
        )}
      </div>
      {students.length > 0 && (
        <ol className={styles['preview']} aria-label={t('students:paste.preview')}>
          {students.slice(0, 60).map((student, index) => (
            <li key={`${student.line} ${index}`}>
              {student.number !== null && <span className={styles['previewNumber']}>{student.number}</span>}
              {shownText(student.name)}
              {student.group !== null && <span className={styles['previewGroup']}>{shownText(student.group)}</span>}
            </li>
          ))}
          {students.length > 60 && <li>…</li>}
        </ol>
      )}
    </div>
  );
}
