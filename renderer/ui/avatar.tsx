import type { CSSProperties } from 'react';
import type { Fill } from '../theme.ts';
import styles from './avatar.module.css';

/** The letters that stand for a name: a Chinese surname, else the first letters of the first and the last word. */
export function initialsOf(name: string): string {
  // What nobody sees is no letter.
  const trimmed = name.replace(/\p{C}/gu, '').trim();
  const first = Array.from(trimmed)[0] ?? '';
  if (/\p{Script=Han}/u.test(first)) return first;
  const words = trimmed.split(/[\s·・-]+/u).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => (Array.from(word ?? '')[0] ?? '').toUpperCase()).join('') || first;
}

/** A round sign for a student in the colour of the group. The name always stands beside it. */
export function Avatar(props: { readonly name: string; readonly fill: Fill; readonly small?: boolean }) {
  const style: CSSProperties = { background: props.fill.fill, color: props.fill.on };
  return (
    <span className={styles['avatar']} data-small={props.small === true} style={style} aria-hidden>
      {initialsOf(props.name)}
    </span>
  );
}
