import { useTranslation } from 'react-i18next';
import { whenFormat } from '../shared/text/when-format.ts';

/** Dates, numbers and lists as people of a language write them. */
export interface Format {
  /** 10:42 */
  readonly time: (iso: string) => string;
  /** 10:42 today, else the day with it. */
  readonly when: (iso: string) => string;
  /** Always with the day and the seconds: for logs and details. */
  readonly full: (iso: string) => string;
  /** 3 minutes ago */
  readonly ago: (iso: string) => string;
  readonly number: (value: number) => string;
  /** +2, −1, 0 with a true minus sign. */
  readonly signed: (value: number) => string;
  /** 1.4 MB */
  readonly bytes: (value: bigint) => string;
  /** a, b and c */
  readonly list: (parts: readonly string[]) => string;
  /** a, b, c: where nothing ends with the last. */
  readonly series: (parts: readonly string[]) => string;
  /** Whole sentences one after the other; what is null is left out. A Chinese full stop brings its own space. */
  readonly sentences: (...parts: readonly (string | null)[]) => string;
  /** What comes before something else on its line, with the space between them. A Chinese colon or full stop brings its own. */
  readonly lead: (text: string) => string;
  /** A word or a name that others follow: Chinese sets a space only after letters and figures. */
  readonly beforeWords: (text: string) => string;
  /** value (more) */
  readonly aside: (text: string, more: string) => string;
  /** name: value */
  readonly labelled: (label: string, value: string) => string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Formats that were made: a list has parts in every line that want them, and a browser takes long to make one. */
const made = new Map<string, Format>();

/** The formats of one language, the same ones for everybody. The clock is read per call, so that "today" moves on. */
export function formatFor(language: string): Format {
  const known = made.get(language) ?? makeFormat(language);
  made.set(language, known);
  return known;
}

function makeFormat(language: string): Format {
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const when = whenFormat(language);
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const number = new Intl.NumberFormat(language);
  const signed = new Intl.NumberFormat(language, { signDisplay: 'exceptZero' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  return {
    time: (iso) => time.format(new Date(iso)),
    when: (iso) => when(iso, new Date()),
    full: (iso) => full.format(new Date(iso)),
    ago: (iso) => {
      const past = new Date(iso).getTime() - Date.now();
      const size = Math.abs(past);
      if (size < hour) return relative.format(Math.round(past / minute), 'minute');
      if (size < day) return relative.format(Math.round(past / hour), 'hour');
      return relative.format(Math.round(past / day), 'day');
    },
    number: (value) => number.format(value).replace('-', '−'),
    signed: (value) => signed.format(value).replace('-', '−'),
    bytes: (value) => bytesText(language, value),
    list: (parts) => spaced(list.formatToParts(parts)),
    sentences: (...parts) => parts.filter((part) => part !== null).join(language.startsWith('zh') ? '' : ' '),
    series: (parts) => parts.join(language.startsWith('zh') ? '，' : ', '),
    lead: (text) => (/[\u3000-\u303f\uff00-\uff60]$/u.test(text) ? text : `${text} `),
    beforeWords: (text) => (language.startsWith('zh') && needsSpace(text.at(-1), '字') ? `${text} ` : text),
    aside: (text, more) => (language.startsWith('zh') ? `${text}（${more}）` : `${text} (${more})`),
    labelled: (label, value) => (language.startsWith('zh') ? `${label}：${value}` : `${label}: ${value}`),
  };
}

/** Chinese sets a space between its own characters and letters or figures beside them: 修改 4 和删除 1. */
function spaced(parts: readonly { readonly type: string; readonly value: string }[]): string {
  return parts.reduce((text, { value }) => (needsSpace(text.at(-1), value[0]) ? `${text} ${value}` : text + value), '');
}

function needsSpace(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const [han, latin] = [/\p{Script=Han}/u, /[\p{Script=Latin}\p{N}]/u];
  return (han.test(before) && latin.test(after)) || (latin.test(before) && han.test(after));
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function bytesText(language: string, value: bigint): string {
  let size = Number(value);
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const name = units[unit] ?? 'byte';
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0,
  }).format(size);
}

/** The formats of the language the page shows. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatFor(i18n.language);
}
