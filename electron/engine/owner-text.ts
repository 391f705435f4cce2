import type { i18n } from 'i18next';
import type { OwnerInfo } from './private-socket.ts';

/** Who has the data folder, in one line. */
export function ownerText({ shell, since }: OwnerInfo, texts: i18n): string {
  const time = new Date(since).toLocaleTimeString(texts.language, { hour: '2-digit', minute: '2-digit' });
  const known = shell === 'desktop' || shell === 'browser' || shell === 'cli' ? shell : 'other';
  return texts.t(`shell:ownedBy.${known}`, { since: time });
}
