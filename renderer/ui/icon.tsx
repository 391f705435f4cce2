import styles from './icon.module.css';

/** The signs that can be drawn as one element. */
export type IconName =
  | 'appstore'
  | 'caret-down'
  | 'caret-up'
  | 'check'
  | 'clock-circle'
  | 'close'
  | 'close-circle'
  | 'download'
  | 'exclamation'
  | 'left'
  | 'minus'
  | 'printer'
  | 'question'
  | 'reload'
  | 'right'
  | 'rollback'
  | 'setting'
  | 'star'
  | 'swap'
  | 'sync'
  | 'user';

/** A sign beside words or on a button; where it alone says what a button does, `label` says it aloud. One element, as wide as the letters are high, where antd's own are three; its parts of the page treat it as one of theirs. */
export function Icon(props: {
  readonly name: IconName;
  readonly className?: string | undefined;
  readonly state?: string;
  readonly label?: string;
}) {
  const heard =
    props.label === undefined ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': props.label };
  return (
    <span
      className={`anticon ${styles['icon']} ${props.className ?? ''}`}
      data-icon={props.name}
      data-state={props.state}
      {...heard}
    />
  );
}

/** What makes a style sheet draw a sign beside the words of an element that lays out its parts in a row: no element at all. */
export function withIcon(
  name: IconName,
  place: 'before' | 'after' = 'before',
  className = '',
): { readonly className: string; readonly 'data-icon': IconName } {
  return { className: `${styles[place]} ${className}`, 'data-icon': name };
}

/** For a button of antd that shows nothing but a sign; what it does is its `aria-label`. */
export function onlyIcon(name: IconName): ReturnType<typeof withIcon> {
  return withIcon(name, 'before', 'ant-btn-icon-only');
}
