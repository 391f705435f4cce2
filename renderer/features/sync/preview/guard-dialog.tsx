import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorParams } from '../../../../shared/errors.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { categoryOf } from './categories.ts';
import type { PreviewState } from './preview-state.ts';
import type { Allowed } from './list-runner.ts';
import type { PreviewStore } from './preview-store.ts';

const guards = ['mass-delete', 'mass-overwrite', 'empty-side', 'mass-erase'] as const;

/** A guard a run was refused for. */
export interface Guard {
  readonly kind: (typeof guards)[number];
  readonly table: string;
  readonly count: number;
}

/** Every guard a run was refused for, the first one first, each once. */
export function guardsOf(params: ErrorParams): readonly Guard[] {
  const first = [params['guard'], params['table'], params['count']].map(String).join(' ');
  const named = String(params['all'] ?? first).split(', ');
  return [...new Set(named)].map((text) => {
    const [id = '', table = '', count = '0'] = text.split(' ');
    return { kind: guards.find((known) => known === id) ?? 'mass-overwrite', table, count: Number(count) };
  });
}

/** What somebody agrees to who agrees to these: erasing for good is agreed to by its own name alone. */
function allowing(tripped: readonly Guard[]): Allowed {
  return {
    ...(tripped.some(({ kind }) => kind !== 'mass-erase') ? { allowMassChange: true } : {}),
    ...(tripped.some(({ kind }) => kind === 'mass-erase') ? { allowErase: true } : {}),
  };
}

/** What is more than usual, a line each. Of a list that takes a run back: entries are not deleted, they are undone, and stay so. */
export function GuardLines(props: { readonly tripped: readonly Guard[]; readonly undoes: boolean }) {
  const { t } = useTranslation();
  return props.tripped.map(({ kind, table, count }) => {
    const text = kind === 'mass-delete' && props.undoes && table === 'score_event' ? 'mass-void' : kind;
    return (
      <p key={`${kind} ${table} ${count}`}>
        {t(`sync:guard.${text}.text`, { count, category: t(`sync:category.${categoryOf(table)}`) })}
      </p>
    );
  });
}

/** Asks once more before much is deleted or overwritten: the number in words, and a tick that the list was looked at. */
export function GuardDialog(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const { store } = props;
  const guard = store.use((state) => state.guard);
  // What was looked at is the list this question is about: the next question begins unticked, however this one ended.
  const [looked, setLooked] = useState<PreviewState['guard']>(null);
  const checked = guard !== null && looked === guard;
  const tripped = guardsOf(guard?.error.params ?? {});
  const [first] = tripped;
  const undoes = store.use((state) => state.plan?.purpose === 'undo');
  const close = (): void => {
    setLooked(null);
    store.dismiss('guard');
  };
  return (
    <Confirm
      open={guard !== null}
      danger
      title={
        tripped.length > 1 || first === undefined
          ? t('sync:guard.several')
          : t(`sync:guard.${first.kind}.title`, { count: first.count })
      }
      action={t('sync:guard.go')}
      disabled={!checked}
      onConfirm={() => {
        if (guard !== null) void store.run(guard.planId, guard.mode, allowing(tripped));
        return Promise.resolve();
      }}
      onClose={close}
    >
      <GuardLines tripped={tripped} undoes={undoes} />
      <p style={{ marginTop: 12 }}>
        <Checkbox checked={checked} onChange={(event) => setLooked(event.target.checked ? guard : null)}>
          {t('sync:guard.checked')}
        </Checkbox>
      </p>
      {tripped.some(({ kind }) => kind === 'mass-erase') && (
        <p style={{ marginTop: 12 }}>
          <Button onClick={() => void store.keepErased()}>{t('sync:guard.keep')}</Button>
        </p>
      )}
    </Confirm>
  );
}
