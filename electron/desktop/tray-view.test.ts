import { expect, test } from 'vitest';
import type { ClassStatus } from '../../shared/contract/class.ts';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { testConnection } from '../../shared/contract/test-connection.ts';
import { badgeState, stateIcons, type BadgeState } from '../../shared/sync/badge-state.ts';
import { nothingWaits } from '../../shared/sync/plan-counts.ts';
import { badgeWords } from '../../shared/text/badge-words.ts';
import { createTexts } from '../../shared/text/text.ts';
import { trayView, type TrayFacts } from './tray-view.ts';

const classId = '00000000-0000-7000-8000-000000000002';
const now = new Date('2026-11-20T11:00:00.000Z');
const error = (code: string) => ({ code, params: {} });

const connection = testConnection({ classId });
const continuous: NonNullable<ConnectionItem['continuous']> = {
  everyMinutes: 5,
  paused: false,
  halted: null,
  nextAt: null,
  failures: 0,
  waits: null,
  load: null,
  takenBack: 0,
};

function facts(change: Partial<ConnectionItem> | null, answering = true): TrayFacts {
  const status: ClassStatus = {
    classId,
    connection: change === null ? null : { ...connection, ...change },
    waiting: 0,
    recentEvents: 128,
  };
  return { class: { name: '5B', status }, answering };
}

const up = { ...nothingWaits, up: 12 };
const guest = 'tallybook_join_0123456789ab';

/** A connection in each state there is. */
const states: Readonly<Record<BadgeState['kind'], TrayFacts>> = {
  'only-here': facts(null),
  'not-answering': facts({}, false),
  syncing: facts({ status: 'IN_PROGRESS', pending: up }),
  checking: facts({ checking: true }),
  'password-missing': facts({ status: 'FAILED', error: error('password-missing') }),
  'code-missing': facts({ user: guest, status: 'FAILED', error: error('password-missing') }),
  'code-refused': facts({ user: guest, status: 'FAILED', error: error('password-wrong') }),
  'password-refused': facts({ status: 'FAILED', error: error('password-wrong') }),
  failed: facts({ status: 'FAILED', error: error('wrong-server') }),
  overdue: facts({ mode: 'push-only', lastRunAt: '2026-11-01T10:00:00.000Z', pending: up }),
  offline: facts({ status: 'FAILED', error: error('refused'), pending: up }),
  halted: facts({ continuous: { ...continuous, halted: error('guard-refused') } }),
  'needs-you': facts({ pending: { ...up, conflicts: 1 } }),
  cancelled: facts({ pending: up, lastOutcome: 'cancelled' }),
  stopped: facts({ pending: up, lastOutcome: 'failed' }),
  waiting: facts({ pending: up }),
  'to-get': facts({ pending: { ...nothingWaits, down: 3 } }),
  partial: facts({ error: { code: 'missing-table', params: { table: 'score_void' } } }),
  'left-out': facts({ pending: { ...nothingWaits, left: 2 } }),
  'all-safe': facts({}),
  'never-synced': facts({ lastRunAt: null, checkedAt: null, lastOutcome: null }),
};

test.each(['en', 'zh-CN'] as const)(
  'R3: in %s the tray says of every state what the badge says, with its icon',
  (lang) => {
    const texts = createTexts(lang);
    const told = new Set<string>();
    for (const [kind, given] of Object.entries(states)) {
      const status = given.class?.status;
      if (status === undefined) throw new Error('there is a class');
      const state = badgeState(status, given.answering, now.toISOString());
      expect(state.kind).toBe(kind);
      const { icon, tooltip, menu } = trayView(given, texts, now);
      const { title, detail } = badgeWords(state, texts.t, () => '');
      expect(icon).toBe(stateIcons[state.kind]);
      expect(tooltip).toContain('5B');
      expect(tooltip).toContain(title);
      const [said] = menu;
      const label = said?.kind === 'state' ? said.label : '';
      expect(label).toContain(title);
      expect(label).toContain(detail.split(/[,，]/)[0]);
      expect(label).not.toMatch(/…|\{\{|undefined/);
      told.add(label);
    }
    expect(told.size).toBe(Object.keys(states).length);
  },
);

test.each(['en', 'zh-CN'] as const)(
  'in %s what failed is told with what it is about, in the badge and in the tray',
  (language) => {
    const texts = createTexts(language);
    const given = facts({
      status: 'FAILED',
      error: { code: 'database-missing', params: { database: 'class\u202E5b' } },
    });
    const [said] = trayView(given, texts, now).menu;
    // Nothing in a name of the server's turns the text around.
    expect(said?.kind === 'state' ? said.label : '').toContain('class\\u{202e}5b');
  },
);

const doing = (of: TrayFacts) =>
  trayView(of, createTexts('en'), now).menu.flatMap((entry) =>
    entry.kind === 'sync' || entry.kind === 'keep' ? [[entry.kind, entry.enabled] as const] : [],
  );

test('R3: what can be done in the tray is what the page offers', () => {
  expect(doing(facts({}))).toEqual([
    ['sync', true],
    ['keep', true],
  ]);
  // The first list is for a person to look at.
  expect(doing(states['never-synced'])).toEqual([
    ['sync', true],
    ['keep', false],
  ]);
  for (const of of [facts(null), facts({}, false), { class: null, answering: true }])
    expect(doing(of)).toEqual([
      ['sync', false],
      ['keep', false],
    ]);
  const kept = trayView(facts({ continuous: { ...continuous, paused: true } }), createTexts('en'), now);
  expect(kept.menu).toContainEqual({
    kind: 'keep',
    label: 'Keep in sync',
    enabled: true,
    checked: true,
    of: { classId, connectionId: connection.id },
  });
});

test('R3: before there is a class, and in every state, the app can be opened and ended from the tray', () => {
  for (const of of [...Object.values(states), { class: null, answering: false }]) {
    const { menu } = trayView(of, createTexts('en'), now);
    for (const kind of ['open', 'quit']) expect(menu).toContainEqual(expect.objectContaining({ kind, enabled: true }));
  }
});
