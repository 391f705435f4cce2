import { expect, test } from 'vitest';
import { createTexts } from '../../../shared/text/text.ts';
import { connectionName, endNames } from './use-connection-name.ts';

const { t } = createTexts('en');
const run = { connectionId: 'c1', connection: 'Room 301' };

test('the server inside this app is not called by the name of this PC, which is what its connection is called', () => {
  expect(connectionName(run, [{ id: 'c1', builtin: true }], t)).toBe(t('sync:card.builtinTitle'));
  expect(connectionName(run, [{ id: 'c1', builtin: false }], t)).toBe('Room 301');
  expect(connectionName(run, [{ id: 'c2', builtin: true }], t)).toBe('Room 301');
  expect(connectionName(run, null, t)).toBe('Room 301');
});

test('a list from the server inside this app does not name this PC on both sides', () => {
  const plan = { ...run, ends: { local: 'Room 301', server: 'Room 301 / 5B' } };
  expect(endNames(plan, [{ id: 'c1', builtin: true }], t)).toEqual({
    local: 'Room 301',
    server: `${t('sync:card.builtin')} / 5B`,
  });
  expect(endNames(plan, [{ id: 'c1', builtin: false }], t)).toEqual(plan.ends);
  expect(endNames(plan, null, t)).toEqual(plan.ends);
  // Whatever the end is called, nothing of the class's name is cut off.
  const other = { ...plan, ends: { local: 'Room 301', server: 'Room 3 / Room 301 / 5B' } };
  expect(endNames(other, [{ id: 'c1', builtin: true }], t)).toEqual(other.ends);
});
