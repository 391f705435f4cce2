import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useKeyText } from '../../../key-text.ts';
import styles from './changes.module.css';

const keys = [
  ['arrows', '↑ ↓ ← →'],
  ['pages', 'PgUp PgDn'],
  ['ends', 'Home End'],
  ['tick', 'Space'],
  ['extend', 'Shift+↑ ↓'],
  ['all', 'Ctrl+A'],
  ['open', 'Enter'],
  ['close', 'Esc'],
  ['local', 'L'],
  ['server', 'S'],
  ['merge', 'M'],
  ['both', 'B'],
  ['skip', 'K'],
  ['reset', 'Backspace'],
  ['next', 'N'],
  ['previous', 'Shift+N'],
  ['find', 'Ctrl+F'],
  ['undo', 'Ctrl+Z'],
  ['redo', 'Ctrl+Y'],
  ['refresh', 'F5'],
  ['go', 'Ctrl+Enter'],
] as const;

/** The keys of the list of changes. */
export function KeysDialog(props: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const keyText = useKeyText();
  return (
    <Modal
      open={props.open}
      title={t('sync:keys.title')}
      width={640}
      footer={null}
      onCancel={props.onClose}
      closable={{ 'aria-label': t('common:close') }}
      destroyOnHidden
    >
      <p className={styles['quiet']}>{t('sync:keys.hint')}</p>
      <dl className={styles['keys']}>
        {keys.map(([id, key]) => (
          <div key={id}>
            <dt>
              <kbd>{keyText(key)}</kbd>
            </dt>
            <dd>{t(`sync:keys.${id}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
