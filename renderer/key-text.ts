import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

/** Keys that are called by a word where nothing is printed on them, or a word in the language of the keyboard. What every keyboard has printed on it stays: Ctrl, Shift, Esc, F5. */
const named = ['Space', 'Enter', 'Backspace'] as const;

/** What a Mac has printed on its keys. */
const onMac: Readonly<Record<string, string>> = {
  Ctrl: '⌘',
  Shift: '⇧',
  Enter: '↩',
  Backspace: '⌫',
  Esc: '⎋',
};

/** Keys as people know them, "Ctrl+A" or "Home End": in the words of the language, and on a Mac with the marks on its keys, where Ctrl is ⌘. */
export function keyText(keys: string, t: TFunction, mac: boolean): string {
  const one = (key: string): string => {
    const mark = mac ? onMac[key] : undefined;
    const name = named.find((known) => known === key);
    return mark ?? (name === undefined ? key : t(`common:key.${name}`));
  };
  return keys
    .split(' ')
    .map((pressed) =>
      pressed
        .split('+')
        .map(one)
        .join(mac ? '' : '+'),
    )
    .join(' ');
}

/** Writes keys for who reads the page, at the keyboard she has. */
export function useKeyText(): (keys: string) => string {
  const { t } = useTranslation();
  return (keys) => keyText(keys, t, /\bMac/.test(navigator.userAgent));
}
