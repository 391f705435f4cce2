import type { ComponentType } from 'react';
import { ClassPage } from './features/class/class-page.tsx';
import { JoinPage } from './features/connect/join-page.tsx';
import { HistoryPage } from './features/history/history-page.tsx';
import { ReasonsPage } from './features/reasons/reasons-page.tsx';
import { SettingsPage } from './features/settings/settings-page.tsx';
import { StartPage } from './features/start/start-page.tsx';
import { StudentsPage } from './features/students/students-page.tsx';
import { SyncPage } from './features/sync/sync-page.tsx';
import type { Route } from './router.ts';

interface PageEntry {
  readonly Page: ComponentType;
  /** Shown without the rail, also when there is no class yet. */
  readonly bare: boolean;
}

/** Every page by the first step of the address; a page reads the other steps itself with `useRoute`. */
const pages: Readonly<Record<string, PageEntry>> = {
  class: { Page: ClassPage, bare: false },
  history: { Page: HistoryPage, bare: false },
  students: { Page: StudentsPage, bare: false },
  reasons: { Page: ReasonsPage, bare: false },
  sync: { Page: SyncPage, bare: false },
  settings: { Page: SettingsPage, bare: false },
  start: { Page: StartPage, bare: true },
  join: { Page: JoinPage, bare: true },
};

const home = { name: 'class', Page: ClassPage, bare: false } as const;
const start = { name: 'start', Page: StartPage, bare: true } as const;

/** The page of an address. Without a class only the first start and Join are there; without a name of this PC the first start asks for it. */
export function pageFor(
  route: Route,
  app: { readonly hasClass: boolean; readonly named: boolean },
): PageEntry & { readonly name: string } {
  const name = route.path[0] ?? 'class';
  const entry = Object.hasOwn(pages, name) ? pages[name] : undefined;
  if (!app.named) return start;
  if (entry === undefined) return app.hasClass ? home : start;
  if (!app.hasClass && !entry.bare) return start;
  return { name, ...entry };
}
