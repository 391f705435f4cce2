import type { ClassStatus } from '../../../shared/contract/class.ts';
import { requiredText } from '../../../shared/model/text-rules.ts';
import { makeClass, refuseTakenName } from '../../files/new-class.ts';
import { writeClassName } from '../../store/class-store.ts';
import { countRecorded } from '../../store/score-history.ts';
import { sharingOf } from '../../sync/class-sharing.ts';
import type { EngineContext, Handlers } from '../context.ts';
import { settingKeys, writingLanguage } from '../device-settings.ts';
import { listClasses } from '../list-classes.ts';
import { stampOf } from '../stamp-of.ts';

const week = 7 * 86_400_000;

/** The classes of this device. */
export const classHandlers: Handlers<
  'class.create' | 'class.list' | 'class.open' | 'class.status' | 'class.rename' | 'class.archive'
> = {
  'class.create': (context, params) => {
    const made = makeClass(context.app, context.dataFolder, params, {
      stamp: stampOf(context),
      language: params.language ?? writingLanguage(context.app),
      catalog: context.catalog,
    });
    context.emit('app.changed', {});
    return made;
  },
  'class.list': (context) => ({ items: listClasses(context) }),
  'class.open': (context, { classId }) => {
    const status = statusOf(context, classId);
    const before = context.app.setting(settingKeys.lastClass);
    context.app.setSetting(settingKeys.lastClass, classId);
    if (before !== classId) context.emit('app.changed', {});
    return status;
  },
  'class.status': (context, { classId }) => statusOf(context, classId),
  'class.rename': (context, { classId, name }) => {
    const tidy = requiredText('name', name);
    refuseTakenName(context.app, tidy, classId);
    writeClassName(context.openClass(classId), tidy);
    context.app.renameClass(classId, tidy);
    announceClass(context, classId);
    return context.app.classOf(classId);
  },
  'class.archive': (context, { classId, archived }) => {
    context.app.archiveClass(classId, archived);
    announceClass(context, classId);
    return context.app.classOf(classId);
  },
};

function announceClass(context: EngineContext, classId: string): void {
  context.emit('class.changed', { classId, areas: ['settings'] });
  context.emit('app.changed', {});
}

/** How safe a class is. */
function statusOf(context: EngineContext, classId: string): ClassStatus {
  const store = context.openClass(classId);
  const since = new Date(Date.parse(context.now()) - week).toISOString();
  return { classId, ...sharingOf(context, store), recentEvents: countRecorded(store, context.app.device().id, since) };
}
