import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Reader } from './support/reader.ts';
import { test } from './support/test.ts';

for (const language of languages) {
  for (const by of ['mouse', 'keyboard'] as const) {
    test(`P2, P4, C1, C2, C3, R3: somebody who has read nothing comes from “something needs you” to “both the same” by what stands on the screen (${by}, ${language})`, async ({
      startConnected,
    }, testInfo) => {
      const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
      const { app, classId, connectionId } = made;
      const { page, t } = app;
      await made.here('Li W', { name: 'Li Wei' });
      await made.award('Chen Yu', 2);
      await made.there('Li W', "name = 'Li Wen'");
      await made.there('Wang Fang', "note = 'left-handed'");
      await app.call('sync.preview', { classId, connectionId });
      const reader = new Reader(app, by);
      const look = (name: string) => page.screenshot({ path: testInfo.outputPath(`${name}.png`) });

      // What the app says of itself wherever one is.
      const asks = t('sync:sheet.conflicts', { count: 1 }).replace('↕ ', '');
      await look('badge');
      await reader.press(asks);
      await reader.sees(t('sync:sheet.up', { count: 1 }));
      await reader.sees(t('sync:sheet.down', { count: 1 }));
      await look('sheet');
      await reader.press(t('sync:sheet.toList'));

      // Both names, and whose they are; nothing is picked for anybody.
      for (const name of ['Li Wei', 'Li Wen', 'Chen Yu', 'Wang Fang']) await reader.sees(name);
      await reader.sees(t('sync:side.local'));
      await look('list');
      await reader.pick('Li Wen');
      await reader.press(t('sync:detail.use'));
      await reader.press(t('sync:run.sync', { count: 3 }));
      await reader.sees(t('sync:outcome.completed.title'));
      await reader.sees(t('sync:preview.same.title'));
      await look('done');
      await reader.press(t('sync:preview.same.done'));
      await reader.sees(t('common:badge.allSafe'));
      await reader.sees('Li Wen');
      expect(await made.onServer('SELECT name, note FROM tallybook.student ORDER BY name')).toEqual([
        ['Chen Yu', null],
        ['Li Wen', null],
        ['Wang Fang', 'left-handed'],
      ]);
    });
  }
}
