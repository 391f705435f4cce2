import { Button, Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../shared/model/visible-text.ts';
import { useApp, useClassItem } from '../features/app/app-store.ts';
import { useFormat } from '../format.ts';
import { href, navigate } from '../router.ts';
import { withIcon } from '../ui/icon.tsx';
import { useClose } from './close-store.ts';
import styles from './shell.module.css';

/** The open class and the way to another one. */
export function ClassSwitcher() {
  const { t } = useTranslation();
  const { aside } = useFormat();
  const open = useClassItem();
  const classes = useApp((state) => state.app?.classes) ?? [];
  const openClass = useApp((state) => state.openClass);
  const fail = useApp((state) => state.fail);
  const ask = useClose((state) => state.ask);
  const items: MenuProps['items'] = [
    ...classes
      .filter((item) => !item.archived)
      .map((item) => ({
        key: item.id,
        label: item.sample ? aside(shownText(item.name), t('common:sample')) : shownText(item.name),
      })),
    { type: 'divider' as const },
    { key: 'start', label: t('common:switcher.newClass') },
    { key: 'join', label: t('common:switcher.join') },
    { type: 'divider' as const },
    { key: 'quit', label: t('common:quit.entry') },
  ];
  const choose = (key: string): void => {
    if (key === 'quit') void ask();
    else if (key === 'start') navigate(href('start', { door: 'new' }));
    else if (key === 'join') navigate(href('join'));
    else openClass(key).then(() => navigate(href('class')), fail);
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items, selectable: true, selectedKeys: [open.id], onClick: ({ key }) => choose(key) }}
    >
      <Button
        {...withIcon('caret-down', 'after', styles['switcher'])}
        aria-label={t('common:switcher.label', { name: shownText(open.name) })}
        aria-haspopup="menu"
      >
        <span className={styles['switcherName']}>{shownText(open.name)}</span>
      </Button>
    </Dropdown>
  );
}
