import { expect, type TestInfo } from '@playwright/test';
import type { TFunction } from 'i18next';
import { inClassFile } from '../support/class-file.ts';
import { sql } from '../support/sql.ts';
import { languages } from '../../shared/text/language.ts';
import type { App } from './support/app.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { Looks } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { onlyConnection, shareClass } from './support/shared-class.ts';
import { test } from './support/test.ts';

/* Why a row asks, why a side is suggested or cannot be, and why something stays out: what the detail says where it takes several steps to come about. */

/** A way to a sentence of the detail. */
interface Way {
  readonly name: string;
  /** What the two sides are before the list is opened. */
  readonly make: (made: ConnectedClass) => Promise<void>;
  /** The record whose detail is looked at. */
  readonly record: string;
  readonly said: (t: TFunction) => string;
}

async function setMode({ app, classId, connectionId }: ConnectedClass, mode: 'push-only' | 'pull-only'): Promise<void> {
  await app.call('connection.set', { classId, connectionId, change: { mode } });
}

/** Alters the class file beside the app, to what it would hold had something else happened to this PC. */
function alter({ app, classId }: ConnectedClass, statement: string): void {
  inClassFile({ device: app, classId }, ({ db }) => db.exec(statement));
}

/** Takes this PC's side of every question of the list. */
async function takeOwn({ app, classId, connectionId }: ConnectedClass): Promise<void> {
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  const target = { filter: { kinds: ['conflict' as const] } };
  await app.call('plan.decide', { classId, planId, target, choice: 'local' });
}

const ways: readonly Way[] = [
  {
    name: 'met-again',
    record: 'Li W',
    // A copy of the server from before it knew this device, with a name this PC never saw.
    make: async (made) => {
      await made.there('Li W', "name = 'Li Wei'");
      await made.onServer('DELETE FROM tallybook.device');
      await made.onServer('TRUNCATE tallybook.student CASCADE');
    },
    said: (t) => t('sync:detail.bothDiffer', { count: 1, fields: t('sync:field.name') }),
  },
  {
    name: 'value-taken',
    record: 'Li W',
    make: async (made) => {
      await made.here('Li W', { number: '30' });
      await made.there('Li W', "number = '31'");
      await made.addThere('Zoe', '30');
      await takeOwn(made);
    },
    said: (t) => t('sync:detail.valueTaken', { record: 'Zoe · 30' }),
  },
  {
    name: 'value-held-there',
    record: 'Li W',
    make: async (made) => {
      await setMode(made, 'push-only');
      await made.addThere('Guest', '30');
      await made.here('Li W', { number: '30' });
    },
    said: (t) => t('sync:detail.valueHeld.up', { field: t('sync:field.number') }),
  },
  {
    name: 'value-held-here',
    record: 'Ada',
    make: async (made) => {
      const students = [{ name: 'Ben', number: '30' }];
      await made.app.call('student.add', { classId: made.classId, students });
      await setMode(made, 'pull-only');
      await made.addThere('Ada', '30');
    },
    said: (t) => t('sync:detail.valueHeld.down', { field: t('sync:field.number') }),
  },
  {
    name: 'parent-lost',
    record: 'Li W',
    make: async (made) => {
      await made.onServer(
        `INSERT INTO tallybook."group" (class_id, id, name, color, sort) SELECT id, md5('Tigers')::uuid, 'Tigers', '#aa5500', 7 FROM tallybook.class`,
      );
      await made.there('Li W', "group_id = md5('Tigers')::uuid");
      await made.onServer('TRUNCATE tallybook."group" CASCADE');
    },
    said: (t) => t('sync:detail.parentLost', { field: t('sync:field.group_id') }),
  },
  {
    name: 'clock-unknown',
    record: 'Li W',
    make: async (made) => {
      await made.here('Li W', { note: 'sits in front' });
      // The computer was started again since.
      alter(made, "UPDATE dirty SET boot = 'an earlier start'");
      await made.there('Li W', "note = 'new glasses'");
    },
    said: (t) => t('sync:reason.clock-unknown'),
  },
  {
    name: 'clocks-overlap',
    record: 'Li W',
    make: async (made) => {
      // Its clock was set since it last met the server, which takes its time to say what its own is.
      alter(made, 'UPDATE clock_contact SET wall_ms = wall_ms + 3600000');
      await made.here('Li W', { note: 'sits in front' });
      await made.there('Li W', "note = 'new glasses'");
      await made.onServer('ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO true_clock');
      await made.onServer(
        `CREATE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT pg_sleep(6); SELECT pg_catalog.true_clock() $$`,
      );
    },
    said: (t) => t('sync:reason.clocks-overlap'),
  },
];

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const language of languages) {
  for (const { name, make, record, said } of ways)
    test(`the detail of ${name} says why, and looks as it was seen to look in ${language}, light and dark (C2, P6)`, async ({
      startConnected,
    }, testInfo) => {
      const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
      const preview = new PreviewPage(made.app);
      await make(made);
      await preview.open();
      await preview.row(record).first().click();
      await expect(preview.detail).toContainText(said(made.app.t));
      await lookAtDetail(made.app, testInfo, name);
    });

  test(`the detail says that a typed number was taken since, and looks as it was seen to look in ${language}, light and dark (P5, P6)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { app, classId } = made;
    const preview = new PreviewPage(app);
    await made.here('Li W', { number: '30' });
    await made.there('Li W', "number = '31'");
    await preview.open();
    await preview.option(app.t('sync:detail.other')).check();
    await preview.detail.getByRole('textbox').fill('32');
    await preview.useAnswer();
    // Somebody new gets it meanwhile, who is not in the list that is open.
    await app.call('student.add', { classId, students: [{ name: 'Zoe', number: '32' }] });
    await preview.detail.getByRole('button', { name: app.t('sync:detail.takeBack') }).click();
    await app.page.keyboard.press('Control+z');
    await expect(preview.detail).toContainText(app.t('sync:detail.valueTakenHere'));
    await lookAtDetail(app, testInfo, 'value-taken-since');
  });

  test(`the detail says that a question was answered on another PC, and looks as it was seen to look in ${language}, light and dark (C2)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const [a, b] = [
      await startApp({ device: 'Office PC', language }),
      await startApp({ device: 'Room 301', language }),
    ];
    const database = await postgres.createDatabase();
    await shareClass(a, b, database, ['Li W', 'Chen Yu']);
    for (const app of [a, b]) await rename(app, 'Li W', 'Li Wei');
    await sql(database.config, "UPDATE tallybook.student SET name = 'Li Wen' WHERE name = 'Li W'");
    await takeServer(a);
    const preview = new PreviewPage(b);
    await preview.open();
    await preview.row('Li W').first().click();
    const side = b.t('sync:side.server');
    const reason = b.t('sync:reason.decided-before');
    await expect(preview.detail).toContainText(b.t('sync:detail.recommended', { side, reason }));
    await lookAtDetail(b, testInfo, 'decided-before');
  });
}

async function lookAtDetail(app: App, testInfo: TestInfo, name: string): Promise<void> {
  const looks = new Looks(app, testInfo);
  await app.page.mouse.move(0, 0);
  await looks.at(name, { of: new PreviewPage(app).detail });
  looks.expectClean();
}

async function rename(app: App, from: string, to: string): Promise<void> {
  const { classId } = await onlyConnection(app);
  const { items } = await app.call('student.list', { classId });
  const id = items.find(({ name }) => name === from)?.id ?? '';
  await app.call('student.set', { classId, id, change: { name: to } });
}

/** Answers every question with what the server has, and syncs. */
async function takeServer(app: App): Promise<void> {
  const { classId, id: connectionId } = await onlyConnection(app);
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  const target = { filter: { kinds: ['conflict' as const] } };
  await app.call('plan.decide', { classId, planId, target, choice: 'server' });
  await app.call('sync.run', { classId, planId, mode: 'sync' });
}
