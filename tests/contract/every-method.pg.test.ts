import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../electron/engine/engine.ts';
import { startEngine } from '../../electron/engine/start-engine.ts';
import { methods } from '../../shared/contract/contract.ts';
import { connectionTo, firstUpload, startDevice } from '../support/device.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testDatabase } from '../support/test-database.ts';
import { adapters } from './adapters.ts';
import type { AdapterName } from './adapters.ts';
import { beginTranscript } from './transcript.ts';
import type { Transcript } from './transcript.ts';

const transcripts = new Map<AdapterName, Transcript['entries']>();

/** This device: what the page needs first, its settings, its log. */
async function walkApp({ call, refused }: Transcript): Promise<void> {
  await call('app.state', {});
  await call('app.setDevice', { name: 'Room 301 PC' });
  await refused('app.setDevice', { name: '   ' });
  await call('app.setLanguage', { language: 'en' });
  await call('app.setTheme', { theme: 'dark' });
  await call('app.dataInfo', {});
  await call('app.passwords', {});
  await call('app.log', { limit: 1 });
  await call('pin.state', {});
  await call('pin.set', { level: 'admin', pin: '2580' });
  await refused('pin.set', { level: 'points', pin: '1', current: '2580' });
  await call('pin.lock', {});
  await refused('app.setDevice', { name: 'Room 302 PC' });
  await refused('pin.unlock', { pin: '0000' });
  await call('pin.unlock', { pin: '2580' });
  await call('pin.reset', {});
  await call('pin.remove', { level: 'admin', current: '2580' });
}

/** One class from its making to its points. */
async function walkClass({ call, refused }: Transcript): Promise<string> {
  const { id: classId } = await call('class.create', { name: '5B', students: ['Li Wei', '王芳'] });
  await refused('class.create', { name: '5B' });
  await call('class.list', {});
  await call('class.open', { classId });
  await call('class.rename', { classId, name: '5 B' });
  await call('class.archive', { classId, archived: true });
  await call('class.archive', { classId, archived: false });
  await call('backup.list', { classId });
  await call('backup.export', { classId });
  await refused('backup.show', { classId, at: '2026-11-20T08:00:00.000Z' });
  await refused('backup.restore', { classId, at: '2026-11-20T08:00:00.000Z', as: 'copy' });
  const group = await call('group.add', { classId, name: 'Blue' });
  await call('group.set', { classId, id: group.id, change: { color: '#0a57c2' } });
  await call('group.list', { classId });
  const added = await call('student.add', {
    classId,
    students: [{ name: 'Chen Yu', number: '7', group: 'Red', tags: ['choir'] }],
  });
  const student = added.items[0]?.id ?? '';
  await call('student.set', { classId, id: student, change: { groupId: group.id, note: 'new' }, untag: ['choir'] });
  await refused('student.add', { classId, students: [{ name: 'Another', number: '7' }] });
  await call('student.delete', { classId, ids: [student] });
  await call('student.restore', { classId, ids: [student] });
  const { items: students } = await call('student.list', { classId });
  const reason = await call('reason.add', { classId, text: 'Helped', delta: 2 });
  await call('reason.set', { classId, id: reason.id, change: { delta: 3 } });
  await call('reason.list', { classId });
  const { items: events } = await call('score.add', {
    classId,
    studentIds: students.map(({ id }) => id),
    award: { reasonId: reason.id },
  });
  await refused('score.add', { classId, studentIds: [student], award: { delta: 0.5, text: 'half' } });
  await call('score.void', { classId, eventIds: events.slice(0, 1).map(({ id }) => id) });
  await call('score.list', { classId });
  await call('totals.list', { classId });
  const { settlement } = await call('settlement.close', { classId, name: 'First term' });
  await call('settlement.reopen', { classId, id: settlement?.id ?? '' });
  await call('settlement.list', { classId });
  await refused('settlement.close', { classId, name: ' ' });
  await call('student.export', { classId, id: student });
  await call('student.erase', { classId, id: student, confirm: true });
  await call('reason.delete', { classId, id: reason.id });
  await call('group.delete', { classId, id: group.id });
  await call('class.status', { classId });
  return classId;
}

/** A connection to a server, first-time set-up, and a plan that is decided, run and looked up. */
async function walkSync(
  { call, refused }: Transcript,
  classId: string,
  connection: ReturnType<typeof connectionTo>,
): Promise<void> {
  await call('connection.test', { connection });
  await refused('class.remote', { connection });
  const { id: connectionId } = await call('connection.add', { classId, connection });
  await call('connection.set', { classId, connectionId, change: { name: 'School' } });
  await call('connection.list', { classId });
  await call('connection.lendPassword', { classId, connectionId, password: 'x' });
  await call('connection.lendPassword', { classId, connectionId, password: null });
  await call('connection.init', { classId, connectionId, consent: true });
  await call('connection.bind', { classId, connectionId, remoteClass: 'new' });
  const { planId } = await call('sync.preview', { classId, connectionId });
  await call('plan.list', { classId });
  await call('plan.show', { classId, planId });
  const { ordinals } = await call('plan.index', { classId, planId, sort: { by: 'plan', descending: false } });
  const { items: rows } = await call('plan.rows', { classId, planId, ordinals: ordinals.slice(0, 3) });
  const asked = rows.map(({ table, key }) => ({ table, key }));
  const places = await call('plan.places', {
    classId,
    planId,
    rows: [...asked, { table: 'student', key: { id: 'none' } }],
  });
  expect(places.ordinals).toEqual([...rows.map(({ ordinal }) => ordinal), null]);
  await call('plan.decide', { classId, planId, target: { ordinals: ordinals.slice(0, 1) }, include: false });
  await call('plan.fits', { classId, planId, ordinal: ordinals[0] ?? 0, choice: 'local' });
  await call('plan.tally', { classId, planId, filter: { chosen: ['out'] } });
  await call('plan.undo', { classId, planId });
  await call('plan.redo', { classId, planId });
  await call('plan.undo', { classId, planId });
  const run = await call('sync.run', { classId, planId, mode: 'sync' });
  await refused('sync.run', { classId, planId, mode: 'sync' });
  await call('sync.look', { classId, connectionId });
  await call('continuous.attend', { classId, connectionId, viewer: 'window', here: false });
  await refused('continuous.set', { classId, connectionId, change: { paused: true } });
  await call('continuous.set', { classId, connectionId, change: { on: true, everyMinutes: 60, paused: true } });
  await call('continuous.round', { classId, connectionId });
  await call('continuous.set', { classId, connectionId, change: { on: false } });
  await call('run.list', { classId });
  await call('run.find', { classId, search: 'school' });
  await call('run.show', { classId, runId: run.runId });
  const written = await call('run.index', {
    classId,
    runId: run.runId,
    filter: { kinds: ['add'] },
    sort: { by: 'record', descending: true },
  });
  await call('run.rows', { classId, runId: run.runId, places: written.places.slice(0, 3) });
  await call('run.undo', { classId, runId: run.runId });
  await call('sync.previewReplace', { classId, connectionId });
  await call('erasure.list', { classId, connectionId });
  await refused('erasure.answer', { classId, connectionId, ids: [connectionId], answer: 'keep' });
  await call('bin.list', { classId });
  await refused('bin.restore', { classId, id: run.runId });
  await call('bin.forget', { classId, ids: [run.runId] });
  if (run.nextPlanId !== null) await call('plan.discard', { classId, planId: run.nextPlanId });
  await call('app.doctor', { classId });
  await call('device.list', { classId, connectionId });
  await refused('device.remove', { classId, connectionId, deviceId: classId });
  await call('connection.remove', { classId, connectionId });
}

/** Joining what another device put on a server. */
async function walkJoin({ call }: Transcript, connection: ReturnType<typeof connectionTo>): Promise<void> {
  await call('class.remote', { connection });
  await call('catalog.infer', { source: { connection }, schema: 'tallybook' });
  await call('class.join', { remoteClassName: '5B', connection, pull: true });
}

/** The PostgreSQL that ships with the app. */
async function walkServer({ call, refused }: Transcript, classId: string): Promise<void> {
  await call('server.status', {});
  await call('server.start', {});
  await call('server.share', { classId });
  const { code } = await call('server.joinCode', { classId });
  await refused('class.joinCode', { code });
  await call('server.stop', {});
  await call('app.quit', {});
}

describe('every method answers the same over every line', () => {
  test.each(Object.keys(adapters) as AdapterName[])('over the line "%s"', { timeout: 180_000 }, async (name) => {
    const dataFolder = tempFolder();
    const options = { dataFolder, version: '1.0.0', checkResults: true };
    const engine =
      name === 'in process'
        ? createEngine(options)
        : await startEngine({ ...options, log: { write: () => undefined } });
    onTestFinished(() => engine.close());
    await using adapter = await adapters[name](engine);
    const [own, shared] = [await testDatabase(), await testDatabase()];
    await using office = await startDevice('Office PC');
    await firstUpload(office, shared);
    const words = new Map([
      [own.config.database, 'own database'],
      [shared.config.database, 'shared database'],
    ]);
    const transcript = beginTranscript(adapter.client, words);
    await walkApp(transcript);
    const classId = await walkClass(transcript);
    await walkSync(transcript, classId, connectionTo(own));
    await walkJoin(transcript, connectionTo(shared));
    await walkServer(transcript, classId);
    transcripts.set(name, transcript.entries);
    expect(new Set(transcript.entries.map(({ method }) => method))).toEqual(new Set(Object.keys(methods)));
  });

  afterAll(() => transcripts.clear());

  test.each(['bridge', 'desktop'] as const)('the line "%s" changes nothing of it', (name) => {
    expect(transcripts.get(name)).toEqual(transcripts.get('in process'));
  });
});
