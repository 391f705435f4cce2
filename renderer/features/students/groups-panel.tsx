import { DeleteOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupItem } from '../../../shared/contract/roster.ts';
import { call } from '../../client.ts';
import { groupColors, groupFill } from '../../theme.ts';
import { useAction } from '../../use-action.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { rosterStore } from './roster-store.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import styles from './students.module.css';

/** The groups of the class: add, rename, colour, delete. */
export function GroupsPanel(props: {
  readonly classId: string;
  readonly groups: readonly GroupItem[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [deleting, setDeleting] = useState<GroupItem | null>(null);
  const action = useAction();
  const { classId } = props;
  const change = (work: () => Promise<unknown>): Promise<boolean> =>
    action.run(async () => {
      await work();
      await rosterStore.refresh();
    });
  const add = async (): Promise<void> => {
    if (name.trim() === '') return;
    if (await change(() => call('group.add', { classId, name }))) setName('');
  };
  return (
    <SidePanel
      open
      title={t('students:groups')}
      onClose={props.onClose}
      footer={<Button onClick={props.onClose}>{t('common:close')}</Button>}
    >
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      {props.groups.length === 0 && <p className={styles['hint']}>{t('students:noGroupsYet')}</p>}
      <ul className={styles['groups']}>
        {props.groups.map((group) => (
          <GroupRow
            key={`${group.id} ${group.name}`}
            group={group}
            onChange={(set) => void change(() => call('group.set', { classId, id: group.id, change: set }))}
            onDelete={() => setDeleting(group)}
          />
        ))}
      </ul>
      <form
        className={styles['addGroup']}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Input
          value={name}
          placeholder={t('students:newGroup')}
          aria-label={t('students:newGroup')}
          onChange={(event) => setName(event.target.value)}
        />
        <Button htmlType="submit" type="primary" loading={action.busy} disabled={name.trim() === ''}>
          {t('common:add')}
        </Button>
      </form>
      <Confirm
        open={deleting !== null}
        danger
        title={t('students:deleteGroupTitle', { name: shownText(deleting?.name ?? '') })}
        action={t('students:deleteGroup')}
        onConfirm={async () => {
          if (deleting !== null) await call('group.delete', { classId, id: deleting.id });
          await rosterStore.refresh();
        }}
        onClose={() => setDeleting(null)}
      >
        {t('students:deleteGroupText', { count: deleting?.students ?? 0 })}
      </Confirm>
    </SidePanel>
  );
}

function GroupRow(props: {
  readonly group: GroupItem;
  readonly onChange: (change: { readonly name: string } | { readonly color: string }) => void;
  readonly onDelete: () => void;
}) {
  const { t } = useTranslation();
  const { group } = props;
  const [name, setName] = useState(group.name);
  const save = (): void => {
    if (name.trim() === '') setName(group.name);
    else if (name !== group.name) props.onChange({ name });
  };
  const items = groupColors.map(({ stored, name: color }) => ({
    key: stored,
    label: (
      <span className={styles['colorItem']}>
        <span className={styles['swatch']} style={{ background: groupFill(stored).fill }} aria-hidden />
        {t(`students:color.${color}`)}
      </span>
    ),
  }));
  return (
    <li className={styles['groupRow']}>
      <Dropdown
        trigger={['click']}
        menu={{
          items,
          selectable: true,
          selectedKeys: [group.color],
          onClick: ({ key }) => props.onChange({ color: key }),
        }}
      >
        <Button
          aria-label={t('students:colorOf', { name: shownText(group.name) })}
          aria-haspopup="menu"
          icon={<span className={styles['swatch']} style={{ background: groupFill(group.color).fill }} />}
        />
      </Dropdown>
      <Input
        value={name}
        aria-label={t('students:groupName')}
        onChange={(event) => setName(event.target.value)}
        onBlur={save}
        onPressEnter={save}
      />
      <span className={styles['groupCount']}>{t('students:count', { count: group.students })}</span>
      <Button
        type="text"
        aria-label={t('students:deleteGroupNamed', { name: shownText(group.name) })}
        icon={<DeleteOutlined aria-hidden />}
        onClick={props.onDelete}
      />
    </li>
  );
}
