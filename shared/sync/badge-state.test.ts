import { expect, test } from 'vitest';
import type { ClassStatus } from '../contract/class.ts';
import { testConnection } from '../contract/test-connection.ts';
import { nothingWaits } from './plan-counts.ts';
import { badgeState } from './badge-state.ts';

type Connection = NonNullable<ClassStatus['connection']>;

const now = '2026-11-20T11:00:00.000Z';
const stand = (of: ClassStatus) => badgeState(of, true, now);

function status(change: Partial<Connection> | null, waiting = 0): ClassStatus {
  const connection = change === null ? null : testConnection(change);
  return { classId: '00000000-0000-7000-8000-000000000002', connection, waiting, recentEvents: 128 };
}

test('without a connection the class is only on this PC', () => {
  expect(stand(status(null))).toEqual({ kind: 'only-here', recent: 128 });
});

test('after a sync with nothing new both sides are the same', () => {
  expect(stand(status({}))).toEqual({ kind: 'all-safe', at: '2026-11-20T10:42:00.000Z' });
});

test('R3: how the connection stands is what the card says too', () => {
  const pending = { ...nothingWaits, up: 16, down: 11, conflicts: 1 };
  expect(stand(status({ pending }, 16))).toEqual({ kind: 'needs-you', count: 1, up: 16, down: 11 });
  const refused = status({ status: 'FAILED', error: { code: 'password-wrong', params: {} } });
  expect(stand(refused)).toEqual({ kind: 'password-refused' });
});

test('while the engine does not answer nothing is claimed', () => {
  expect(badgeState(status({}), false, now)).toEqual({ kind: 'not-answering' });
});
