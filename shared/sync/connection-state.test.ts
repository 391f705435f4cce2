import { expect, test } from 'vitest';
import { errorExitCodes, type ErrorCode } from '../errors.ts';
import { createTexts } from '../text/text.ts';
import { connectionState, type ConnectionFacts, type ConnectionState } from './connection-state.ts';
import { nothingWaits } from './plan-counts.ts';

const at = '2026-11-20T10:42:00.000Z';
const later = '2026-11-20T11:05:00.000Z';
const calm: ConnectionFacts = {
  status: 'COMPLETED',
  checking: false,
  error: null,
  halted: null,
  lastOutcome: 'completed',
  mode: 'two-way',
  byCode: false,
  lastRunAt: at,
  checkedAt: at,
  pending: nothingWaits,
};
const inAWeek = '2026-11-27T10:42:00.000Z';
const afterAWeek = '2026-11-27T10:42:00.001Z';
const ups = { ...nothingWaits, up: 3, down: 2, both: 1 };
const asks = { ...ups, conflicts: 2 };

/** What is known, and how it stands: every state at least once. */
const table: readonly (readonly [string, Partial<ConnectionFacts>, ConnectionState])[] = [
  ['a run goes on', { status: 'IN_PROGRESS', pending: asks }, { kind: 'syncing', count: 4 }],
  ['a run goes on after a failure', { status: 'IN_PROGRESS', error: 'timeout' }, { kind: 'syncing', count: 0 }],
  ['nobody knows how a run ended', { status: 'IN_PROGRESS', checking: true }, { kind: 'checking' }],
  ['nobody knows, and nobody works on it', { checking: true, pending: asks }, { kind: 'checking' }],
  [
    'no password is stored',
    { status: 'FAILED', error: 'password-missing', pending: asks },
    { kind: 'password-missing' },
  ],
  [
    'the password is refused',
    { status: 'FAILED', error: 'password-wrong', pending: ups },
    { kind: 'password-refused' },
  ],
  [
    'the password of a code is not stored',
    { status: 'FAILED', error: 'password-missing', byCode: true },
    { kind: 'code-missing' },
  ],
  [
    'the password of a code is refused',
    { status: 'FAILED', error: 'password-wrong', byCode: true },
    { kind: 'code-refused' },
  ],
  ['a right is missing', { status: 'FAILED', error: 'right-missing' }, { kind: 'failed', code: 'right-missing' }],
  [
    'an unsafe sign-in',
    { status: 'FAILED', error: 'password-downgrade' },
    { kind: 'failed', code: 'password-downgrade' },
  ],
  ['no way to the server', { status: 'FAILED', error: 'timeout', pending: ups }, { kind: 'offline', waiting: 4, at }],
  ['it was halted', { halted: 'guard-refused', pending: asks }, { kind: 'halted', code: 'guard-refused' }],
  ['a run goes on after that', { status: 'IN_PROGRESS', halted: 'guard-refused' }, { kind: 'syncing', count: 0 }],
  [
    'a sign-in halted it',
    { status: 'FAILED', error: 'password-wrong', halted: 'password-wrong' },
    { kind: 'password-refused' },
  ],
  ['questions wait', { pending: asks }, { kind: 'needs-you', count: 2, up: 3, down: 2 }],
  ['the newest run was cancelled', { lastOutcome: 'cancelled', pending: ups }, { kind: 'cancelled', count: 4 }],
  ['the newest run failed', { lastOutcome: 'failed', pending: ups }, { kind: 'stopped', count: 4 }],
  ['the server refused a row', { lastOutcome: 'refused', pending: ups }, { kind: 'stopped', count: 4 }],
  ['changes wait here', { pending: ups }, { kind: 'waiting', count: 4, at }],
  ['changes wait there only', { pending: { ...nothingWaits, down: 2 } }, { kind: 'to-get', count: 2, at }],
  [
    'a table of the server is missing',
    { error: 'missing-table', pending: { ...nothingWaits, left: 1 } },
    { kind: 'partial', code: 'missing-table' },
  ],
  ['a table is missing and changes wait', { error: 'missing-table', pending: ups }, { kind: 'waiting', count: 4, at }],
  ['something was left out', { pending: { ...nothingWaits, left: 1 } }, { kind: 'left-out', count: 1 }],
  [
    'one waits for what was left out',
    { pending: { ...nothingWaits, blocked: 1, left: 1 } },
    { kind: 'left-out', count: 2 },
  ],
  ['both are the same', {}, { kind: 'all-safe', at }],
  ['both were the same at a later look', { checkedAt: later }, { kind: 'all-safe', at: later }],
  ['a cancelled run left nothing', { lastOutcome: 'cancelled' }, { kind: 'all-safe', at }],
  ['a copy is older than a week', { mode: 'push-only', pending: ups }, { kind: 'overdue', count: 4, at }],
  ['it never ran', { status: 'IDLE', lastOutcome: null, lastRunAt: null }, { kind: 'never-synced' }],
];

/** A connection that only keeps a copy. */
const copy: ConnectionFacts = { ...calm, mode: 'push-only', pending: ups };

test('R3: a copy is overdue when changes have waited for it longer than a week, whatever kept it', () => {
  const overdue = { kind: 'overdue', count: 4, at };
  expect(connectionState(copy, afterAWeek)).toEqual(overdue);
  expect(connectionState({ ...copy, lastOutcome: 'cancelled' }, afterAWeek)).toEqual(overdue);
  expect(connectionState({ ...copy, lastOutcome: 'failed' }, afterAWeek)).toEqual(overdue);
  expect(connectionState({ ...copy, status: 'FAILED', error: 'timeout' }, afterAWeek)).toEqual(overdue);
});

test('R3: what a person must see to first hides that a copy is overdue, and one in time, unchanged or shared both ways is not', () => {
  const kindOf = (facts: Partial<ConnectionFacts>, now = afterAWeek) =>
    connectionState({ ...copy, ...facts }, now).kind;
  expect(kindOf({}, inAWeek)).toBe('waiting');
  expect(kindOf({ pending: nothingWaits })).toBe('all-safe');
  expect(kindOf({ mode: 'two-way' })).toBe('waiting');
  expect(kindOf({ lastRunAt: null })).toBe('waiting');
  expect(kindOf({ status: 'IN_PROGRESS' })).toBe('syncing');
  expect(kindOf({ status: 'FAILED', error: 'password-wrong' })).toBe('password-refused');
  expect(kindOf({ halted: 'guard-refused' })).toBe('halted');
  expect(kindOf({ pending: asks })).toBe('needs-you');
});

test.each(table)('R3: where %s the state says so', (_name, facts, state) => {
  expect(connectionState({ ...calm, ...facts }, facts.mode === 'push-only' ? afterAWeek : at)).toEqual(state);
});

test('R3: the table above has every state, and every state has words in both languages', () => {
  const kinds = new Set(table.map(([, , { kind }]) => kind));
  const words = createTexts('en').t('sync:status', { returnObjects: true });
  expect([...kinds].toSorted()).toEqual(Object.keys(words).toSorted());
  for (const language of ['en', 'zh-CN'] as const) {
    const { t } = createTexts(language);
    const said = [...kinds].map((kind) => t(`sync:status.${kind}`));
    expect(new Set(said).size, 'two states say the same').toBe(kinds.size);
  }
});

test('R3: only a server out of reach is called offline, whatever else went wrong', () => {
  const codes = Object.keys(errorExitCodes) as ErrorCode[];
  const offline = codes.filter((error) => connectionState({ ...calm, status: 'FAILED', error }, at).kind === 'offline');
  expect(offline.every((code) => errorExitCodes[code] === 5)).toBe(true);
  for (const code of [
    'password-wrong',
    'password-missing',
    'tls-required',
    'certificate-untrusted',
    'database-missing',
  ] as const)
    expect(offline).not.toContain(code);
});

test('R3: nothing is ever called safe while anything differs or the newest run did not end well', () => {
  const outcomes = ['completed', 'undecided', 'stale', 'refused', 'failed', 'cancelled', 'checking', null] as const;
  const numbers = [0, 1];
  for (const status of ['IDLE', 'IN_PROGRESS', 'COMPLETED', 'FAILED'] as const)
    for (const lastOutcome of outcomes)
      for (const up of numbers)
        for (const down of numbers)
          for (const conflicts of numbers)
            for (const left of numbers)
              for (const checking of [true, false]) {
                const pending = { up, down, both: 0, conflicts, blocked: left, left };
                const error = status === 'FAILED' ? ('right-missing' as const) : null;
                const facts = { ...calm, status, lastOutcome, checking, error, pending };
                const { kind } = connectionState(facts, at);
                expect(connectionState({ ...facts, error: 'missing-column' }, at).kind).not.toBe('all-safe');
                const differs = up + down + conflicts + left > 0;
                const calmly = status === 'IDLE' || status === 'COMPLETED';
                expect(kind === 'all-safe', JSON.stringify({ status, lastOutcome, pending })).toBe(
                  !differs && calmly && !checking,
                );
              }
});
