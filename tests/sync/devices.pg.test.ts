import { describe, expect, it } from 'vitest';
import { pair, settle } from '../support/pair.ts';
import { startCommand } from '../support/command-line.ts';

describe('the devices of a class', () => {
  it('are listed with version and last visit, and one that is removed is refused at its next run, whatever it wants', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await b.award('Chen Yu', 1);
    await settle(a, b);
    const ids = { classId: a.classId, connectionId: a.connectionId };
    const { items } = await a.device.call('device.list', ids);
    expect(items.map(({ name, appVersion, removed, here }) => ({ name, appVersion, removed, here }))).toEqual(
      expect.arrayContaining([
        { name: 'Room 301 PC', appVersion: '0.0.0-test', removed: false, here: true },
        { name: 'Office PC', appVersion: '0.0.0-test', removed: false, here: false },
      ]),
    );
    const [office, own] = [items.find(({ here }) => !here)?.id ?? '', items.find(({ here }) => here)?.id ?? ''];
    await expect(a.device.call('device.remove', { ...ids, deviceId: own })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(a.device.call('device.remove', { ...ids, deviceId: a.classId })).rejects.toMatchObject({
      code: 'not-found',
    });
    await b.award('Chen Yu', 2);
    const plan = await b.preview();
    const after = await a.device.call('device.remove', { ...ids, deviceId: office });
    expect(after.items.find(({ id }) => id === office)).toMatchObject({ name: 'Office PC', removed: true });
    await expect(b.run('apply', plan.planId)).rejects.toMatchObject({ code: 'device-removed' });
    await expect(b.preview()).rejects.toMatchObject({ code: 'device-removed' });
    expect((await a.preview()).total).toBe(0);
    // What it recorded is still there, and it can go on alone.
    expect(Object.values(await b.totals())).toContain(3);
    await a.device.stop();
    const list = await startCommand(a.device.folder, database.config.password, ['device', 'list']).ended;
    expect(list.code).toBe(0);
    expect(JSON.parse(list.stdout)).toMatchObject({ items: [{}, {}] });
  });
});
