import { expect, it } from 'vitest';
import { methods, type MethodName, type ParsedParams } from './contract.ts';
import { neededLevel } from './needed-level.ts';

const id = '01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11';
const run = { classId: id, planId: id, mode: 'sync' as const };
/** Parameters for the methods whose level depends on them, at their least. */
const least: Readonly<Record<string, unknown>> = {
  'class.remote': { connectionId: id },
  'connection.test': { classId: id, connectionId: id },
  'connection.init': { classId: id, connectionId: id, consent: false },
  'sync.run': run,
  'catalog.infer': { source: { connectionId: id }, schema: 'public' },
};
const levelOf = (name: MethodName): string => neededLevel(name, (least[name] ?? {}) as ParsedParams<MethodName>);
const names = Object.keys(methods) as MethodName[];

it('looking needs no PIN, and nothing but looking and what is this window’s own does', () => {
  const reading =
    /\.(?:list|show|state|status|open|find|dataInfo|passwords|doctor|log|index|tally|rows|places|fits|export|look|preview|remote|test|infer)$/;
  const own = new Set(['app.setLanguage', 'app.setTheme', 'app.quit', 'continuous.attend', 'connection.init']);
  const others = names.filter((name) => levelOf(name) === 'view' && !reading.test(name) && !own.has(name));
  expect(others).toEqual(['pin.unlock', 'pin.lock', 'pin.set', 'pin.remove', 'pin.reset']);
  expect(names.filter((name) => levelOf(name) !== 'view' && reading.test(name))).toEqual([]);
});

it('who may give points keeps the class as well, and decides nothing for good', () => {
  expect(names.filter((name) => levelOf(name) === 'points')).toEqual(
    [
      'student.add',
      'student.set',
      'student.restore',
      'group.add',
      'group.set',
      'reason.add',
      'reason.set',
      'score.add',
      'score.void',
      'connection.lendPassword',
      'sync.previewReplace',
      'sync.run',
      'run.undo',
      'plan.decide',
      'plan.undo',
      'plan.redo',
      'plan.discard',
      'continuous.round',
      'bin.restore',
    ].toSorted((one, other) => names.indexOf(one as MethodName) - names.indexOf(other as MethodName)),
  );
});

it.each([
  ['a decision', { resolve: { planId: id, rows: [{ table: 'student', key: { id }, choice: 'local' as const }] } }],
  ['a decision about a server that was put back', { resolve: { planId: id, restored: 'send-newer' as const } }],
  ['a rule for conflicts', { conflicts: 'newer' as const }],
  ['a guard that is overruled', { allowMassChange: true }],
  ['erasing what others erased', { allowErase: true }],
])('a run that comes with %s is the admin’s', (_what, more) => {
  expect(neededLevel('sync.run', { ...run, ...more })).toBe('admin');
});

it('a run that leaves conflicts and rows out is not', () => {
  expect(neededLevel('sync.run', { ...run, conflicts: 'skip', leave: [], resolve: { planId: id } })).toBe('points');
});

it('a saved password goes to no address that was typed in at points level', () => {
  const connection = {
    name: 's',
    host: 'h',
    port: 1,
    database: 'd',
    user: 'u',
    tls: 'disable',
    mode: 'two-way',
  } as const;
  expect(neededLevel('connection.test', { classId: id, connectionId: id, connection })).toBe('admin');
  expect(neededLevel('class.remote', { connection })).toBe('admin');
  expect(neededLevel('catalog.infer', { source: { connection }, schema: 'public' })).toBe('admin');
  expect(neededLevel('connection.init', { classId: id, connectionId: id, consent: true })).toBe('admin');
});
