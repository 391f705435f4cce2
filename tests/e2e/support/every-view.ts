import type { App } from './app.ts';
import { ClassPage } from './class-page.ts';

/** The name of a page, its address, and what shows that it is there. */
export interface View {
  readonly name: string;
  readonly hash: string;
  readonly ready: (app: App) => Promise<void>;
}

const heading = async (app: App): Promise<void> => await app.page.getByRole('heading', { level: 1 }).waitFor();
/** Waits for the first cell of a grid. */
export const grid = async (app: App): Promise<void> =>
  await app.page.getByRole('grid').getByRole('gridcell').first().waitFor();
const dialog = async (app: App): Promise<void> =>
  await app.page.getByRole('dialog').getByRole('textbox').first().waitFor();

/** Every page with an address, of a class with students, a connection and a question, and the dialogs that have an address. */
export const everyView: readonly View[] = [
  { name: 'class', hash: 'class', ready: async (app) => await new ClassPage(app).cards.first().waitFor() },
  { name: 'class-points', hash: 'class', ready: async (app) => await new ClassPage(app).card('Chen Yu').click() },
  { name: 'history', hash: 'history', ready: grid },
  { name: 'students', hash: 'students', ready: grid },
  { name: 'students-add', hash: 'students?add=one', ready: dialog },
  { name: 'students-paste', hash: 'students?add=many', ready: dialog },
  { name: 'students-groups', hash: 'students?groups=1', ready: dialog },
  { name: 'students-deleted', hash: 'students?view=deleted', ready: heading },
  { name: 'reasons', hash: 'reasons', ready: heading },
  { name: 'reasons-add', hash: 'reasons?reason=new', ready: dialog },
  { name: 'settings', hash: 'settings', ready: heading },
  { name: 'sync', hash: 'sync', ready: grid },
  { name: 'sync-bin', hash: 'sync/bin', ready: heading },
  { name: 'sync-server', hash: 'sync/server', ready: heading },
  { name: 'start', hash: 'start', ready: heading },
  { name: 'start-new-class', hash: 'start?door=new', ready: heading },
  { name: 'join', hash: 'join', ready: heading },
  { name: 'join-server', hash: 'join?with=server', ready: heading },
];
