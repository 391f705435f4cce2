import { Notification } from 'electron';
import type { Notice } from './halt-notices.ts';

/** Those on the screen: one that nobody holds would lose its click. */
const shown = new Set<Notification>();

/** Has the system show something; nothing where it cannot. `onClick`: what a click on it does. */
export function showNotice(notice: Notice, onClick: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: notice.title, body: notice.body });
  shown.add(notification);
  notification.on('close', () => shown.delete(notification));
  notification.on('click', () => {
    shown.delete(notification);
    onClick();
  });
  notification.show();
}
