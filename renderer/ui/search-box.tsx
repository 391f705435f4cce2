import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';
import styles from './search-box.module.css';

/** A search field. What is typed goes out at once, but not the pieces an input method is still composing. */
export function SearchBox(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder: string;
  readonly label: string;
}) {
  const { t } = useTranslation();
  const [composing, setComposing] = useState<string | null>(null);
  return (
    <Input
      allowClear={{ clearIcon: <Icon name="close-circle" label={t('common:clear')} /> }}
      type="search"
      value={composing ?? props.value}
      placeholder={props.placeholder}
      aria-label={props.label}
      className={styles['search'] ?? ''}
      onChange={({ target }) => {
        if (composing === null) props.onChange(target.value);
        else setComposing(target.value);
      }}
      onCompositionStart={({ currentTarget }) => setComposing(currentTarget.value)}
      onCompositionEnd={({ currentTarget }) => {
        setComposing(null);
        props.onChange(currentTarget.value);
      }}
    />
  );
}
