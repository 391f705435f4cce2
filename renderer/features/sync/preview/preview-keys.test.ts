import { expect, test } from 'vitest';
import { listCommand, pageCommand, type KeyPress } from './preview-keys.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    code: '',
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    isComposing: false,
    ...more,
  };
}

test.each([
  ['l', 'keep-local'],
  ['S', 'keep-server'],
  ['m', 'merge'],
  ['k', 'skip'],
  ['n', 'next'],
  ['Backspace', 'reset'],
  ['Escape', 'close'],
  ['?', 'help'],
] as const)('%s on the list is %s', (key, command) => {
  expect(listCommand(press(key))).toBe(command);
});

test('Shift+N goes back to the question before', () => {
  expect(listCommand(press('N', { shiftKey: true }))).toBe('previous');
});

test('where an input method or another alphabet takes the letter, its place on the keyboard counts', () => {
  expect(listCommand(press('Process', { code: 'KeyL' }))).toBe('keep-local');
  expect(listCommand(press('ы', { code: 'KeyS' }))).toBe('keep-server');
  expect(listCommand(press('？', { shiftKey: true }))).toBe('help');
});

test('the letter counts, not its place, where the keyboard is laid out differently', () => {
  expect(listCommand(press('s', { code: 'KeyO' }))).toBe('keep-server');
  expect(listCommand(press('o', { code: 'KeyS' }))).toBeNull();
});

test('nothing is decided while a word is being composed, nor with Control or Alt', () => {
  expect(listCommand(press('l', { isComposing: true }))).toBeNull();
  expect(listCommand(press('l', { ctrlKey: true }))).toBeNull();
  expect(listCommand(press('l', { altKey: true }))).toBeNull();
  expect(pageCommand(press('F5', { isComposing: true }), false)).toBeNull();
});

test('digits, arrows and other keys are left to the grid', () => {
  for (const key of ['1', 'ArrowDown', ' ', 'Enter', 'PageUp'])
    expect(listCommand(press(key, { code: key }))).toBeNull();
});

test('undo, redo, refresh and the main button work on the whole page', () => {
  expect(pageCommand(press('z', { ctrlKey: true }), false)).toBe('undo');
  expect(pageCommand(press('Z', { metaKey: true, shiftKey: true }), false)).toBe('redo');
  expect(pageCommand(press('y', { ctrlKey: true }), false)).toBe('redo');
  expect(pageCommand(press('F5'), false)).toBe('refresh');
  expect(pageCommand(press('Enter', { ctrlKey: true }), false)).toBe('go');
});

test('a field keeps its own undo, but not the refresh', () => {
  expect(pageCommand(press('z', { ctrlKey: true }), true)).toBeNull();
  expect(pageCommand(press('F5'), true)).toBe('refresh');
});

test('a field keeps Ctrl+Enter from starting the sync without what was typed into it', () => {
  expect(pageCommand(press('Enter', { ctrlKey: true }), true)).toBeNull();
  expect(pageCommand(press('Enter', { metaKey: true }), true)).toBeNull();
});

test('Ctrl+F5 stays the browser’s', () => {
  expect(pageCommand(press('F5', { ctrlKey: true }), false)).toBeNull();
});

test('a key that is held down carries nothing out again and makes no other list: only a press does (R2)', () => {
  expect(pageCommand(press('Enter', { ctrlKey: true, repeat: true }), false)).toBe('held');
  expect(pageCommand(press('F5', { repeat: true }), false)).toBe('held');
  expect(pageCommand(press('z', { ctrlKey: true, repeat: true }), false)).toBe('undo');
});
