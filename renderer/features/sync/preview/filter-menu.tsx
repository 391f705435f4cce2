import { Button, Dropdown, type MenuProps } from 'antd';
import type { TFunction } from 'i18next';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { setQuery } from '../../../router.ts';
import { Icon, withIcon } from '../../../ui/icon.tsx';
import { categoriesOf } from './categories.ts';
import { changeDirections, changeKinds, chosenWays, noFilter, type ChangeFilter } from './change-filter.ts';
import styles from './bulk.module.css';

interface FilterProps {
  readonly filter: ChangeFilter;
  /** The list is of what a run wrote: nothing in it asks any more, and every row went one way. */
  readonly past?: boolean;
  readonly summary: PlanSummary['summary'];
}

interface Group {
  /** Its name in the address. */
  readonly name: 'kind' | 'direction' | 'table' | 'chosen' | 'unresolved';
  readonly label: string;
  readonly items: readonly { readonly key: string; readonly label: string }[];
  readonly value: string | null;
}

function groupsOf({ filter, summary, past = false }: FilterProps, t: TFunction): readonly Group[] {
  const groups: readonly Group[] = [
    {
      name: 'kind',
      label: t('sync:list.kind'),
      items: changeKinds
        .filter((key) => !past || key !== 'conflict')
        .map((key) => ({ key, label: t(`sync:matrix.kind.${key}`) })),
      value: filter.kind,
    },
    {
      name: 'direction',
      label: t('sync:list.direction'),
      items: changeDirections
        .filter((key) => !past || key !== 'both')
        .map((key) => ({ key, label: t(`sync:direction.${key}`) })),
      value: filter.direction,
    },
    {
      name: 'table',
      label: t('sync:list.category'),
      items: categoriesOf(summary.map(({ table }) => table)).map((key) => ({ key, label: t(`sync:category.${key}`) })),
      value: filter.category,
    },
    {
      name: 'chosen',
      label: t('sync:list.chosen'),
      items: chosenWays
        .filter((key) => !past || (key !== 'skip' && key !== 'out'))
        .map((key) => ({ key, label: t(`sync:list.way.${key}`) })),
      value: filter.chosen,
    },
    {
      name: 'unresolved',
      label: t('sync:list.open'),
      items: [{ key: '1', label: t('sync:list.onlyUnresolved') }],
      value: filter.unresolved ? '1' : null,
    },
  ];
  return past ? groups.filter(({ name }) => name !== 'unresolved') : groups;
}

/** What the list shows, by kind, direction, category, decision; choosing the same again shows all. */
export const FilterMenu = memo(function FilterMenu(props: FilterProps) {
  const { t } = useTranslation();
  const groups = groupsOf(props, t);
  const items: MenuProps['items'] = groups.map((group) => ({
    type: 'group',
    key: group.name,
    label: group.label,
    children: group.items.map(({ key, label }) => ({ key: `${group.name} ${key}`, label })),
  }));
  const selectedKeys = groups.flatMap(({ name, value }) => (value === null ? [] : [`${name} ${value}`]));
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        selectable: true,
        multiple: true,
        selectedKeys,
        className: styles['filters'] ?? '',
        onClick: ({ key: chosen }) => {
          const [name = '', key = ''] = chosen.split(' ');
          setQuery({ [name]: selectedKeys.includes(chosen) ? null : key });
        },
      }}
    >
      <Button size="small" aria-haspopup="menu" {...withIcon('caret-down', 'after')}>
        {t('sync:list.filter')}
      </Button>
    </Dropdown>
  );
});

/** The filters in force, each with its way out. */
export const FilterChips = memo(function FilterChips(props: FilterProps) {
  const { t } = useTranslation();
  const chips = groupsOf(props, t).flatMap(({ name, items, value, label }) => {
    const item = items.find(({ key }) => key === value);
    return item === undefined ? [] : [{ name, label, text: item.label }];
  });
  if (chips.length === 0) return null;
  return (
    <div className={styles['chips']} role="group" aria-label={t('sync:list.inForce')}>
      {chips.map(({ name, label, text }) => (
        <Button
          key={name}
          size="small"
          aria-label={t('sync:list.clearOne', { name: label, value: text })}
          onClick={() => setQuery({ [name]: null })}
        >
          {text} <Icon name="close" className={styles['caret']} />
        </Button>
      ))}
      {chips.length > 1 && (
        <Button size="small" type="text" onClick={() => setQuery(noFilter)}>
          {t('sync:list.nothing.clear')}
        </Button>
      )}
    </div>
  );
});
