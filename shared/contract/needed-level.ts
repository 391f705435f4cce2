import type { PermissionLevel } from '../permission/permission-level.ts';
import type { MethodName, ParsedParams } from './contract.ts';

type Needed<M extends MethodName> = PermissionLevel | ((params: ParsedParams<M>) => PermissionLevel);

/**
 * The level each method needs. Looking, and what only this window shows, needs none. Whoever may give points may also keep the list of pupils, groups and reasons, take points
 * and deletions back, and sync; what a run carries out is judged again by `levelOfRun`, once it is known. Everything that deletes, closes, decides for others, or says
 * where the class is kept and who gets at it is for the admin.
 */
const levels: { readonly [M in MethodName]: Needed<M> } = {
  'app.state': 'view',
  'app.setDevice': 'admin',
  'app.setLanguage': 'view',
  'app.setTheme': 'view',
  'app.quit': 'view',
  'app.passwords': 'view',
  'app.dataInfo': 'view',
  'app.doctor': 'view',
  'app.log': 'view',
  // Each checks the PIN that is given with it itself.
  'pin.state': 'view',
  'pin.unlock': 'view',
  'pin.lock': 'view',
  'pin.set': 'view',
  'pin.remove': 'view',
  'pin.reset': 'view',
  'class.create': 'admin',
  'class.list': 'view',
  'class.open': 'view',
  'class.status': 'view',
  'class.rename': 'admin',
  'class.archive': 'admin',
  // A saved password goes to the address that was saved with it; one of a form may be anybody's.
  'class.remote': (source) => ('connectionId' in source ? 'view' : 'admin'),
  'class.join': 'admin',
  'class.joinCode': 'admin',
  'student.list': 'view',
  'student.add': 'points',
  'student.set': 'points',
  'student.delete': 'admin',
  'student.restore': 'points',
  'student.export': 'view',
  'student.erase': 'admin',
  'group.list': 'view',
  'group.add': 'points',
  'group.set': 'points',
  'group.delete': 'admin',
  'reason.list': 'view',
  'reason.add': 'points',
  'reason.set': 'points',
  'reason.delete': 'admin',
  'score.add': 'points',
  'score.void': 'points',
  'score.list': 'view',
  'totals.list': 'view',
  'settlement.close': 'admin',
  'settlement.list': 'view',
  'settlement.reopen': 'admin',
  'connection.list': 'view',
  'connection.add': 'admin',
  'connection.set': 'admin',
  // It is used where none is saved, and forgotten with the caller.
  'connection.lendPassword': 'points',
  'connection.remove': 'admin',
  'connection.test': (params) => (params.connection === undefined ? 'view' : 'admin'),
  'connection.init': ({ consent }) => (consent ? 'admin' : 'view'),
  'connection.bind': 'admin',
  'device.list': 'view',
  'device.remove': 'admin',
  'sync.preview': 'view',
  'sync.look': 'view',
  'sync.previewReplace': 'points',
  'sync.run': ({ resolve, conflicts, allowMassChange, allowErase }) => {
    const decides = resolve !== undefined && ((resolve.rows ?? []).length > 0 || resolve.restored !== undefined);
    const rules = conflicts !== undefined && conflicts !== 'skip';
    return decides || rules || allowMassChange === true || allowErase === true ? 'admin' : 'points';
  },
  'erasure.list': 'view',
  'erasure.answer': 'admin',
  'plan.list': 'view',
  'plan.show': 'view',
  'plan.index': 'view',
  'plan.tally': 'view',
  'plan.rows': 'view',
  'plan.places': 'view',
  // A draft is a wish: what comes of it is judged when it is carried out.
  'plan.decide': 'points',
  'plan.fits': 'view',
  'plan.undo': 'points',
  'plan.redo': 'points',
  'plan.discard': 'points',
  'run.list': 'view',
  'run.find': 'view',
  'run.show': 'view',
  'run.index': 'view',
  'run.rows': 'view',
  'run.undo': 'points',
  'continuous.set': 'admin',
  'continuous.round': 'points',
  'continuous.attend': 'view',
  'backup.list': 'view',
  'backup.show': 'view',
  'backup.restore': 'admin',
  'backup.export': 'view',
  'bin.list': 'view',
  'bin.restore': 'points',
  'bin.forget': 'admin',
  'catalog.infer': ({ source }) => ('connectionId' in source ? 'view' : 'admin'),
  'server.status': 'view',
  'server.start': 'admin',
  'server.stop': 'admin',
  'server.share': 'admin',
  'server.joinCode': 'admin',
};

/** The level a call needs, by its method and what it asks for. */
export function neededLevel<M extends MethodName>(method: M, params: ParsedParams<M>): PermissionLevel {
  const needed: Needed<M> = levels[method];
  return typeof needed === 'function' ? needed(params) : needed;
}
