import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../../ui/confirm.tsx';
import { categoryOf } from './categories.ts';
import type { PreviewStore } from './preview-store.ts';

const guards = ['mass-delete', 'mass-overwrite', 'empty-side'] as const;

/** Asks once more before much is deleted or overwritten: the number in words, and a tick that the list was looked at. */
export function GuardDialog(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const [checked, setChecked] = useState(false);
  const { store } = props;
  const guard = store.use((state) => state.guard);
  const params = guard?.error.params ?? {};
  const kind = guards.find((known) => known === params['guard']) ?? 'mass-overwrite';
  const count = Number(params['count'] ?? 0);
  const category = t(`sync:category.${categoryOf(String(params['table'] ?? ''))}`);
  const close = (): void => {
    setChecked(false);
    store.dismiss('guard');
  };
  return (
    <Confirm
      open={guard !== null}
      danger
      title={t(`sync:guard.${kind}.title`, { count })}
      action={t('sync:guard.go')}
      disabled={!checked}
      onConfirm={() => {
        if (guard !== null) void store.run(guard.mode, true);
        return Promise.resolve();
      }}
      onClose={close}
    >
      <p>{t(`sync:guard.${kind}.text`, { count, category })}</p>
      <p style={{ marginTop: 12 }}>
        <Checkbox checked={checked} onChange={(event) => setChecked(event.target.checked)}>
          {t('sync:guard.checked')}
        </Checkbox>
      </p>
    </Confirm>
  );
}
