import { requiredText } from '../../../shared/model/text-rules.ts';
import { listBackups } from '../../store/backups.ts';
import type { Handlers } from '../context.ts';
import { chosenLanguage, chosenTheme, lastClass, settingKeys } from '../device-settings.ts';
import { folderBytes, freeBytes } from '../folder-size.ts';
import { listClasses } from '../list-classes.ts';

/** This installation: what the page needs first, and its settings. */
export const appHandlers: Handlers<
  'app.state' | 'app.setDevice' | 'app.setLanguage' | 'app.setTheme' | 'app.quit' | 'app.passwords' | 'app.dataInfo'
> = {
  'app.state': async (context) => ({
    version: context.version,
    device: context.app.device(),
    language: chosenLanguage(context.app),
    theme: chosenTheme(context.app),
    classes: listClasses(context),
    lastClassId: lastClass(context.app),
    dataFolder: context.dataFolder,
    canShare: (await context.builtin.status()).state !== 'missing',
  }),
  'app.setDevice': (context, { name }) => {
    context.app.setDeviceName(requiredText('device', name));
    context.emit('app.changed', {});
    return { done: true };
  },
  'app.setLanguage': (context, { language }) => {
    context.app.setSetting(settingKeys.language, language);
    context.emit('app.changed', {});
    return { done: true };
  },
  'app.setTheme': (context, { theme }) => {
    context.app.setSetting(settingKeys.theme, theme);
    context.emit('app.changed', {});
    return { done: true };
  },
  'app.quit': (context) => {
    context.emit('app.quit', {});
    return { done: true };
  },
  'app.passwords': async ({ secrets }, { connectionId }) => {
    // Whether there is a store that answers is only known after it was asked.
    const secret = await secrets.get(connectionId ?? 'none');
    return {
      kept: secrets.persistent ? 'store' : 'until-close',
      stored: connectionId !== undefined && secret !== null,
    };
  },
  'app.dataInfo': async ({ dataFolder }) => ({
    folder: dataFolder,
    usedBytes: await folderBytes(dataFolder),
    freeBytes: await freeBytes(dataFolder),
    backups: listBackups(dataFolder).map(({ file, bytes, at }) => ({ file, bytes, at })),
  }),
};
