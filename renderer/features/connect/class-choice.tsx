import { Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import styles from './connect.module.css';

/** A class as the server tells of it. */
export type RemoteClass = Result<'class.remote'>['items'][number];

/** Classes found on a server, one to choose. `more` is another way out below them. */
export function ClassChoice(props: {
  readonly label: string;
  readonly classes: readonly RemoteClass[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  /** Words for one class, for example "Join 5B". */
  readonly words: (item: RemoteClass) => string;
  readonly canChoose: (item: RemoteClass) => boolean;
  readonly more?: { readonly id: string; readonly label: string; readonly hint: string };
}) {
  const { t } = useTranslation();
  const { more } = props;
  return (
    <Radio.Group
      className={styles['classes'] ?? ''}
      aria-label={props.label}
      value={props.chosen}
      onChange={(event) => props.onChoose(String(event.target.value))}
    >
      {props.classes.map((item) => (
        <Radio key={item.id} value={item.id} disabled={!props.canChoose(item)} className={styles['classOption'] ?? ''}>
          <strong>{props.words(item)}</strong>
          <span className={styles['quiet']}>
            {t('sync:classes.students', { count: item.students })}
            {!props.canChoose(item) && ` · ${t('sync:classes.here')}`}
          </span>
        </Radio>
      ))}
      {more !== undefined && (
        <Radio value={more.id} className={styles['classOption'] ?? ''}>
          <strong>{more.label}</strong>
          <span className={styles['quiet']}>{more.hint}</span>
        </Radio>
      )}
    </Radio.Group>
  );
}
