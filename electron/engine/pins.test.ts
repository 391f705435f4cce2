import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { openAppStore } from '../store/app-store.ts';
import { createPins, type Pins } from './pins.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** The PINs of a folder whose time is set by hand; `again` opens the same folder as a new start does. */
function setUp() {
  const folder = tempFolder();
  let now = Date.UTC(2026, 10, 21, 8);
  let store = openAppStore(folder);
  onTestFinished(() => store.close());
  const lines: string[] = [];
  const open = (): Pins =>
    createPins(store, () => now, { write: (level, event, data) => lines.push(JSON.stringify([level, event, data])) });
  return {
    folder,
    lines,
    pins: open(),
    pass: (ms: number) => (now += ms),
    again: (): Pins => {
      store.close();
      store = openAppStore(folder);
      return open();
    },
    damage: () => store.setSetting('pins', '{"admin":'),
  };
}

/** Gives wrong PINs as often as said; answers the codes. */
async function wrong(pins: Pins, times: number, level: 'points' | 'admin' = 'admin'): Promise<readonly string[]> {
  const codes: string[] = [];
  for (let time = 0; time < times; time += 1)
    codes.push(await pins.check('9999', level).catch((error: { readonly code: string }) => error.code));
  return codes;
}

test('without a PIN everything is the admin’s, and nothing is asked', async () => {
  const { pins } = setUp();
  expect(pins.without()).toBe('admin');
  expect(await pins.check('anything', 'admin')).toBe('admin');
});

test('a PIN stands for its level, and the one for admin opens what the one for points does', async () => {
  const { pins } = setUp();
  await pins.put('admin', '2580', undefined);
  expect(pins.without()).toBe('points');
  await pins.put('points', '1111', '2580');
  expect(pins.without()).toBe('view');
  expect(await pins.check('1111', 'points')).toBe('points');
  expect(await pins.check('2580', 'points')).toBe('admin');
  expect(await pins.check(' ２５８０', 'admin')).toBe('admin');
  await expect(pins.check('1111', 'admin')).rejects.toMatchObject({ code: 'pin-wrong' });
});

test('after three wrong ones a right one has to wait too, also after a new start, and longer each time', async () => {
  const { pins, again, pass } = setUp();
  await pins.put('admin', '2580', undefined);
  expect(await wrong(pins, 4)).toEqual(['pin-wrong', 'pin-wrong', 'pin-wrong', 'pin-wait']);
  await expect(pins.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wait', params: { seconds: 30 } });
  const later = again();
  await expect(later.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wait' });
  pass(30_000);
  expect(await wrong(later, 1)).toEqual(['pin-wrong']);
  await expect(later.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wait', params: { seconds: 60 } });
  pass(minute);
  expect(await later.check('2580', 'admin')).toBe('admin');
  expect(await wrong(later, 2)).toEqual(['pin-wrong', 'pin-wrong']);
});

test('a clock that is set back neither shortens the wait nor makes it longer than it was', async () => {
  const { pins, pass } = setUp();
  await pins.put('admin', '2580', undefined);
  await wrong(pins, 3);
  pass(-10 * day);
  await expect(pins.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wait', params: { seconds: 30 } });
});

test('wrong PINs of a clock that was ahead make nobody wait until then', async () => {
  const { pins, again, pass } = setUp();
  await pins.put('admin', '2580', undefined);
  pass(365 * day);
  await wrong(pins, 3);
  pass(-365 * day);
  expect(pins.wait().admin).toBe(30_000);
  pass(20_000);
  const later = again();
  await expect(later.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wait', params: { seconds: 10 } });
  pass(10_000);
  expect(await later.check('2580', 'admin')).toBe('admin');
});

test('many tries at once are as many as one after the other', async () => {
  const { pins } = setUp();
  await pins.put('admin', '2580', undefined);
  const tries = ['0000', '1111', '2222', '3333', '2580'].map((pin) =>
    pins.check(pin, 'admin').catch((error: { readonly code: string }) => error.code),
  );
  expect(await Promise.all(tries)).toEqual(['pin-wrong', 'pin-wrong', 'pin-wrong', 'pin-wait', 'pin-wait']);
});

test('a try is counted before it is looked at: ending the app in the middle of it gives no other one', async () => {
  const { pins, again } = setUp();
  await pins.put('admin', '2580', undefined);
  await wrong(pins, 2);
  const trying = pins.check('9999', 'admin').catch(() => 'wrong');
  await Promise.resolve();
  await Promise.resolve();
  const later = again();
  expect(later.wait().admin).toBe(30_000);
  await trying;
});

test('who knows the PIN for points cannot clear what was tried for admin', async () => {
  const { pins } = setUp();
  await pins.put('admin', '2580', undefined);
  await pins.put('points', '1111', '2580');
  await wrong(pins, 2);
  expect(await pins.check('1111', 'points')).toBe('points');
  expect(await wrong(pins, 1)).toEqual(['pin-wrong']);
  await expect(pins.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wait' });
  // Points go on being given meanwhile.
  expect(await pins.check('1111', 'points')).toBe('points');
});

test('while the admin PIN waits, the right one is never called wrong where points ask: it is said how long to wait, and points still wait for who guesses', async () => {
  const { pins, pass } = setUp();
  await pins.put('admin', '2580', undefined);
  await pins.put('points', '1111', '2580');
  await wrong(pins, 3);
  pass(10_000);
  await expect(pins.check('2580', 'points')).rejects.toMatchObject({ code: 'pin-unseen', params: { seconds: 20 } });
  expect(await pins.check('1111', 'points')).toBe('points');
  // Right and wrong ones are answered the same, and count the same: nobody learns by that which is right.
  expect(await wrong(pins, 4, 'points')).toEqual(['pin-unseen', 'pin-unseen', 'pin-unseen', 'pin-wait']);
  pass(30_000);
  expect(await pins.check('2580', 'points')).toBe('admin');
  expect(pins.wait()).toEqual({ admin: 0, points: 0 });
});

test('changing and taking away needs the admin PIN, and wrong ones count there too', async () => {
  const { pins } = setUp();
  await expect(pins.put('points', '1111', undefined)).rejects.toMatchObject({ code: 'pin-missing' });
  await pins.put('admin', '2580', undefined);
  await expect(pins.put('admin', '3690', undefined)).rejects.toMatchObject({ code: 'needs-pin' });
  await expect(pins.put('admin', '3690', '9999')).rejects.toMatchObject({ code: 'pin-wrong' });
  await expect(pins.remove('admin', undefined)).rejects.toMatchObject({ code: 'needs-pin' });
  await expect(pins.remove('admin', '9999')).rejects.toMatchObject({ code: 'pin-wrong' });
  await expect(pins.put('points', '2580', '2580')).rejects.toMatchObject({ code: 'pin-taken' });
  await expect(pins.put('points', '12', '2580')).rejects.toMatchObject({ code: 'pin-invalid' });
  await pins.put('admin', '3690', '2580');
  await expect(pins.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wrong' });
  await pins.put('points', '1111', '3690');
  await pins.remove('admin', '3690');
  expect(pins.set()).toEqual({ admin: false, points: false });
});

test('a forgotten PIN is taken away a day after it was asked, and not when the admin PIN is used before', async () => {
  const { pins, pass, again } = setUp();
  await pins.put('admin', '2580', undefined);
  pins.reset();
  pass(day - 1);
  pins.reset();
  expect(pins.set().admin).toBe(true);
  await pins.check('2580', 'admin');
  pass(1);
  pins.reset();
  expect(pins.set().admin).toBe(true);
  pass(day);
  const later = again();
  later.reset();
  expect(later.set().admin).toBe(false);
});

test('a setting that cannot be read opens nothing', async () => {
  const { pins, damage } = setUp();
  await pins.put('admin', '2580', undefined);
  damage();
  expect(pins.without()).toBe('points');
  await expect(pins.check('2580', 'admin')).rejects.toMatchObject({ code: 'pin-wrong' });
});

test('the PIN itself is in no file and no line of the log', async () => {
  const { pins, folder, lines } = setUp();
  await pins.put('admin', '258036914703', undefined);
  await wrong(pins, 1);
  await pins.check('258036914703', 'admin');
  for (const file of ['app.db', 'app.db-wal'])
    expect(readFileSync(join(folder, file)).includes('258036914703'), file).toBe(false);
  expect(lines.join('\n')).not.toMatch(/258036914703|9999/);
});
