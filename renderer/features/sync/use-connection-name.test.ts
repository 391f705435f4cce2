import { expect, test } from 'vitest';
import { createTexts } from '../../../shared/text/text.ts';
import { connectionName } from './use-connection-name.ts';

const { t } = createTexts('en');
const run = { connectionId: 'c1', connection: 'Room 301' };

test('the server inside this app is not called by the name of this PC, which is what its connection is called', () => {
  expect(connectionName(run, [{ id: 'c1', builtin: true }], t)).toBe(t('sync:card.builtinTitle'));
  expect(connectionName(run, [{ id: 'c1', builtin: false }], t)).toBe('Room 301');
  expect(connectionName(run, [{ id: 'c2', builtin: true }], t)).toBe('Room 301');
  expect(connectionName(run, null, t)).toBe('Room 301');
});
