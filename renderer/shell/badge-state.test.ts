import { expect, test } from 'vitest';
import type { ClassStatus } from '../../shared/contract/class.ts';
import { badgeState } from './badge-state.ts';

type Connection = NonNullable<ClassStatus['connection']>;

function status(change: Partial<Connection> | null, waiting = 0): ClassStatus {
  const connection: Connection | null =
    change === null
      ? null
      : {
          id: '00000000-0000-7000-8000-000000000001',
          classId: '00000000-0000-7000-8000-000000000002',
          name: 'School server',
          builtin: false,
          host: 'db.school.edu',
          port: 5432,
          database: 'class5',
          user: 'tallybook_5b',
          tls: 'verify-full',
          trust: 'store',
          allowWeakPassword: false,
          mode: 'two-way',
          deletes: 'keep',
          remoteClassId: null,
          status: 'COMPLETED',
          checking: false,
          lastRunAt: '2026-11-20T10:42:00.000Z',
          error: null,
          pending: { up: 0, down: 0, conflicts: 0 },
          ...change,
        };
  return { classId: '00000000-0000-7000-8000-000000000002', connection, waiting, recentEvents: 128 };
}

test('without a connection the class is only on this PC', () => {
  expect(badgeState(status(null), true)).toEqual({ kind: 'only-here', recent: 128 });
});

test('after a sync with nothing new both sides are the same', () => {
  expect(badgeState(status({}), true)).toEqual({ kind: 'all-safe', at: '2026-11-20T10:42:00.000Z' });
});

test('new changes here are counted as waiting', () => {
  expect(badgeState(status({}, 12), true)).toMatchObject({ kind: 'waiting', count: 12 });
});

test('a decision comes before everything that waits', () => {
  expect(badgeState(status({ pending: { up: 16, down: 11, conflicts: 1 } }, 16), true)).toEqual({
    kind: 'needs-you',
    count: 1,
    here: 16,
    there: 11,
  });
});

test('a server that cannot be reached is offline, any other failure is a failure', () => {
  const offline = status({ status: 'FAILED', error: { code: 'timeout', params: {} } }, 12);
  expect(badgeState(offline, true)).toMatchObject({ kind: 'offline', waiting: 12 });
  const failed = status({ status: 'FAILED', error: { code: 'right-missing', params: {} } });
  expect(badgeState(failed, true)).toMatchObject({ kind: 'failed', code: 'right-missing' });
});

test('a run whose outcome is not known yet shows as checking, never as done', () => {
  expect(badgeState(status({ checking: true, status: 'IN_PROGRESS' }), true)).toEqual({ kind: 'checking' });
});

test('while the engine does not answer nothing is claimed', () => {
  expect(badgeState(status({}), false)).toEqual({ kind: 'not-answering' });
});

test('a connection that never ran is not called safe', () => {
  expect(badgeState(status({ status: 'IDLE', lastRunAt: null }), true)).toEqual({ kind: 'never-synced' });
});
