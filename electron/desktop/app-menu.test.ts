import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { pageCommand } from '../../renderer/features/sync/preview/preview-keys.ts';
import { createTexts } from '../../shared/text/text.ts';
import { appMenu } from './app-menu.ts';

const actions = { openDataFolder: () => undefined, command: () => undefined };

function entries(platform: NodeJS.Platform, language: 'en' | 'zh-CN'): readonly MenuItemConstructorOptions[] {
  const menu = appMenu(createTexts(language), platform, false, actions);
  return menu.flatMap((top) => [top, ...(Array.isArray(top.submenu) ? top.submenu : [])]);
}

const every = (['darwin', 'win32', 'linux'] as const).flatMap((platform) =>
  (['en', 'zh-CN'] as const).map((language) => ({ platform, language })),
);

test.each(every)('the menu of $platform is whole in $language', ({ platform, language }) => {
  const all = entries(platform, language);
  const roles = all.map(({ role }) => role);
  for (const role of [
    'about',
    'undo',
    'redo',
    'cut',
    'copy',
    'paste',
    'selectAll',
    'zoomIn',
    'togglefullscreen',
    'quit',
  ])
    expect(roles).toContain(role);
  for (const { type, label } of all) if (type !== 'separator') expect(label).toMatch(/\S/);
  const labels = all.map(({ label }) => label ?? '');
  expect(labels.some((label) => /\p{Script=Han}/u.test(label))).toBe(language === 'zh-CN');
  const tops = appMenu(createTexts(language), platform, false, actions).map(({ label }) => label);
  expect(new Set(tops).size).toBe(tops.length);
});

test('a key in the menu is the key of the page, which keeps it', () => {
  const keys = entries('win32', 'en').flatMap(({ label, accelerator, registerAccelerator }) =>
    typeof accelerator === 'string' ? [{ label, accelerator, registerAccelerator }] : [],
  );
  expect(keys).toEqual([
    { label: 'Find', accelerator: 'CmdOrCtrl+F', registerAccelerator: false },
    { label: 'Refresh', accelerator: 'F5', registerAccelerator: false },
  ]);
  const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false };
  expect(pageCommand({ ...plain, key: 'f', code: 'KeyF', ctrlKey: true }, false)).toBe('find');
  expect(pageCommand({ ...plain, key: 'F5', code: 'F5' }, false)).toBe('refresh');
});
