import { Button, Dropdown, type MenuProps } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkRule, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useKeyText } from '../../../key-text.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { withIcon } from '../../../ui/icon.tsx';
import type { BulkScope } from './bulk-scope.ts';
import { tickMarked } from './list-decisions.ts';
import type { PreviewStore } from './preview-store.ts';
import type { Marks } from './use-marks.ts';
import { useMenuFocus } from './use-menu-focus.ts';
import styles from './bulk.module.css';

const rules = ['local', 'server', 'merge-local', 'merge-server', 'both', 'newer', 'later', 'reset'] as const;
/** Letters that do the same while the list has the focus and rows are chosen. */
const keys: Readonly<Partial<Record<BulkRule, string>>> = {
  local: 'L',
  server: 'S',
  both: 'B',
  later: 'K',
  reset: 'Backspace',
};

const firstWord = `.${styles['rules']} [role="menuitem"]:not([aria-disabled="true"])`;

/** Decides many rows at once: the chosen ones, or all that the list shows, which its label says. */
export function BulkMenu(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly scope: BulkScope | null;
  readonly marks: Marks;
  readonly canEdit: boolean;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const keyText = useKeyText();
  const { store, plan, scope, marks } = props;
  const [asking, setAsking] = useState(false);
  useMenuFocus(props.open, firstWord);
  const say = (rule: BulkRule): void => {
    if (scope === null) return;
    // Whoever's clock is off should know that "newer" is only told for some.
    if (rule === 'newer' && !plan.clock.trusted && !asking) setAsking(true);
    else void store.decide({ target: scope.target, rule });
  };
  const count = scope?.count ?? 0;
  const label = scope === null ? t('sync:bulk.open.none') : t(`sync:bulk.open.${scope.kind}`, { count });
  const hint = scope === null ? t('sync:bulk.nothing') : props.canEdit ? undefined : t('sync:bulk.notNow');
  return (
    <>
      <Dropdown
        trigger={['click']}
        open={props.open}
        onOpenChange={props.onOpen}
        menu={{
          className: styles['rules'] ?? '',
          // Its words are put together when somebody opens it.
          items: props.open ? itemsOf(scope, marks, hint, { t, keyText }) : [],
          onClick: ({ key, domEvent }) => {
            // The button has the focus again before the key is over, and would take it for a press that opens the menu anew.
            domEvent.preventDefault();
            props.onOpen(false);
            const rule = rules.find((known) => known === key);
            if (rule !== undefined) say(rule);
            else if (key === 'tick' && scope !== null) tickMarked(scope, store);
            else if (key === 'all') marks.onAll();
            else if (key === 'several') marks.onPicking(!marks.picking);
            else marks.onClear();
          },
        }}
      >
        <Button
          {...withIcon('caret-down', 'after')}
          size="small"
          aria-haspopup="menu"
          title={hint}
          type={marks.ordinals.size > 0 ? 'primary' : 'default'}
        >
          {label}
        </Button>
      </Dropdown>
      <Confirm
        open={asking}
        title={t('sync:bulk.clock.title', { count })}
        action={t('sync:bulk.clock.action')}
        onConfirm={async () => {
          if (scope !== null) await store.decide({ target: scope.target, rule: 'newer' });
        }}
        onClose={() => setAsking(false)}
      >
        <p>{t('sync:bulk.clock.text')}</p>
      </Confirm>
    </>
  );
}

function itemsOf(
  scope: BulkScope | null,
  marks: Marks,
  /** Why nothing can be decided; undefined where it can. */
  why: string | undefined,
  { t, keyText }: { readonly t: TFunction; readonly keyText: (keys: string) => string },
): NonNullable<MenuProps['items']> {
  const canEdit = why === undefined;
  const about = why ?? t(`sync:bulk.about.${scope?.kind ?? 'none'}`, { count: scope?.count ?? 0 });
  const keyed = scope?.kind === 'marked';
  const choices: NonNullable<MenuProps['items']> = rules.map((rule) => ({
    key: rule,
    disabled: scope === null || !canEdit,
    label: t(`sync:bulk.rule.${rule}`),
    ...(keyed && keys[rule] !== undefined ? { extra: keyText(keys[rule]) } : {}),
  }));
  return [
    {
      type: 'group',
      key: 'about',
      label: about,
      children: [
        ...choices,
        // What asks has no tick before it is decided: only chosen rows can be taken in or left out.
        ...(keyed ? [{ key: 'tick', disabled: !canEdit, label: t('sync:bulk.tick'), extra: keyText('Space') }] : []),
      ],
    },
    { type: 'divider' },
    { key: 'all', label: t('sync:bulk.all'), extra: keyText('Ctrl+A') },
    { key: 'several', label: t(marks.picking ? 'sync:bulk.single' : 'sync:bulk.several') },
    { key: 'none', label: t('sync:bulk.none'), extra: keyText('Esc'), disabled: marks.ordinals.size === 0 },
  ];
}
