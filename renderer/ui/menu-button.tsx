import { Button, Dropdown } from 'antd';
import { useFormat } from '../format.ts';
import { withIcon } from './icon.tsx';
import styles from './menu-button.module.css';

/** A button that opens a list of choices and shows the chosen one. */
export function MenuButton<Key extends string>(props: {
  /** What the choice is about, for those who do not see it. */
  readonly label: string;
  readonly shown: string;
  readonly items: readonly {
    readonly key: Key;
    readonly label: string;
    readonly color?: string;
    readonly disabled?: boolean;
  }[];
  readonly selected: Key | null;
  readonly onSelect: (key: Key) => void;
  /** For the cell of a grid: lower, and no tab stop of its own. */
  readonly inCell?: boolean;
  readonly small?: boolean;
  readonly disabled?: boolean;
}) {
  const { labelled } = useFormat();
  const items = props.items.map(({ key, label, color, disabled = false }) => ({
    key,
    disabled,
    label: (
      <span className={styles['item']}>
        {color !== undefined && <span className={styles['dot']} style={{ background: color }} aria-hidden />}
        {label}
      </span>
    ),
  }));
  const choose = (key: string): void => {
    const item = props.items.find((known) => known.key === key);
    if (item !== undefined) props.onSelect(item.key);
  };
  return (
    <Dropdown
      trigger={['click']}
      disabled={props.disabled === true}
      menu={{
        items,
        selectable: true,
        selectedKeys: props.selected === null ? [] : [props.selected],
        onClick: ({ key }) => choose(key),
      }}
    >
      {props.inCell === true ? (
        // In a list there are many of them: one element each, and what points down is drawn by the style sheet.
        <button
          type="button"
          className={styles['inCell']}
          tabIndex={-1}
          aria-haspopup="menu"
          disabled={props.disabled === true}
          aria-label={labelled(props.label, props.shown)}
        >
          {props.shown}
        </button>
      ) : (
        <Button
          aria-haspopup="menu"
          disabled={props.disabled === true}
          aria-label={labelled(props.label, props.shown)}
          {...withIcon('caret-down', 'after')}
          {...(props.small === true ? { size: 'small' } : {})}
        >
          {props.shown}
        </Button>
      )}
    </Dropdown>
  );
}
