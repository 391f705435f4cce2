import { LoadingOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { csvText, pastedText } from '../../../../shared/model/csv.ts';
import { clippedText, visibleJson } from '../../../../shared/model/visible-text.ts';
import { saveFile } from '../../../save-file.ts';
import { useAction } from '../../../use-action.ts';
import { useMedia } from '../../../use-media.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Icon, withIcon } from '../../../ui/icon.tsx';
import styles from './print.module.css';

/** A list as it is handed out: lines for people, a document for programs. */
export interface HandedOut {
  readonly heads: readonly string[];
  readonly lines: readonly (readonly string[])[];
  readonly document: unknown;
}

/** Prints, copies or saves a list as it is filtered: on paper, as cells to paste, as a table for people, as a document for programs. */
export function ListExport(props: {
  /** The start of the name of a file. */
  readonly name: string;
  readonly title: string;
  /** What the list is about, below its title on paper. */
  readonly about: string;
  /** Which rows are handed out. */
  readonly hint: string;
  readonly read: () => Promise<HandedOut>;
  /** Saves everything there is, whatever the list shows; offered where it is given. */
  readonly onBackup?: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const { name, title, about, read, onBackup } = props;
  const action = useAction();
  // Where there is no room for a button of its own it is an entry of the menu.
  const isWide = useMedia('(min-width: 1100px)');
  const [printed, setPrinted] = useState<HandedOut | null>(null);
  const [copied, setCopied] = useState(false);
  const onPrinted = useCallback(() => setPrinted(null), []);
  const carryOut = (way: string): Promise<boolean> =>
    action.run(async () => {
      if (way === 'backup') return await onBackup?.();
      const list = await read();
      setCopied(false);
      if (way === 'print') setPrinted(list);
      else if (way === 'copy') {
        await navigator.clipboard.writeText(pastedText([list.heads, ...list.lines]));
        setCopied(true);
      } else if (way === 'csv') saveFile(`${name}.csv`, 'text/csv', csvText([list.heads, ...list.lines]));
      else saveFile(`${name}.json`, 'application/json', `${visibleJson(list.document)}\n`);
    });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'p' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      // The browser would print what is in sight of the list; one that is being read is printed as it is.
      event.preventDefault();
      if (!action.busy) void carryOut('print');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const items = [
    ...(['print', 'copy', 'csv', 'json'] as const).map((key) => ({ key, label: t(`sync:export.${key}`) })),
    ...(onBackup === undefined || isWide
      ? []
      : [{ type: 'divider' as const }, { key: 'backup', label: t('settings:backups.json') }]),
  ];
  return (
    <>
      {onBackup !== undefined && isWide && (
        <Button {...withIcon('download')} disabled={action.busy} onClick={() => void carryOut('backup')}>
          {t('settings:backups.json')}
        </Button>
      )}
      <Dropdown
        trigger={['click']}
        placement="topLeft"
        disabled={action.busy}
        menu={{ items, onClick: ({ key }) => void carryOut(key) }}
      >
        <Button
          aria-haspopup="menu"
          title={props.hint}
          disabled={action.busy}
          {...(action.busy ? { icon: <LoadingOutlined aria-hidden /> } : withIcon('printer'))}
        >
          {t('sync:export.label')} <Icon name="caret-up" />
        </Button>
      </Dropdown>
      <span role="status">{copied ? t('common:copied') : ''}</span>
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      {printed !== null && <PrintedList list={printed} title={title} about={about} onPrinted={onPrinted} />}
    </>
  );
}

/** More characters of a value than the panel of a change shows are nothing for paper either; files have them all. */
const longestPrinted = 400;

/** The list on paper: everything in one table, which is on the page only while it is printed. */
function PrintedList(props: {
  readonly list: HandedOut;
  readonly title: string;
  readonly about: string;
  readonly onPrinted: () => void;
}) {
  const { t } = useTranslation();
  const { list, title, about, onPrinted } = props;
  useEffect(() => {
    addEventListener('afterprint', onPrinted, { once: true });
    print();
    return () => removeEventListener('afterprint', onPrinted);
  }, [onPrinted]);
  return createPortal(
    <div className={styles['sheet']} data-testid="printed-plan">
      <h1>{title}</h1>
      <p>
        {about} · {t('sync:list.found', { count: list.lines.length })}
      </p>
      <table>
        <thead>
          <tr>
            {list.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.lines.map((line, place) => (
            <tr key={`${place} ${line[2] ?? ''}`}>
              {line.map((text, index) => (
                <td key={`${index} ${text}`}>{clippedText(text, longestPrinted)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>,
    document.body,
  );
}
