import { expect, test } from 'vitest';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { testConnection } from '../../shared/contract/test-connection.ts';
import { nothingWaits } from '../../shared/sync/plan-counts.ts';
import { createTexts } from '../../shared/text/text.ts';
import { haltNotices, type Notice } from './halt-notices.ts';

const going: NonNullable<ConnectionItem['continuous']> = {
  everyMinutes: 5,
  paused: false,
  halted: null,
  nextAt: null,
  failures: 0,
  waits: null,
  load: null,
  takenBack: 0,
};
const halted = { ...going, halted: { code: 'mass-change', params: { record: 'Li Wei' } } };
const asks = (conflicts: number) => ({ continuous: going, pending: { ...nothingWaits, conflicts } });

function notices(language: 'en' | 'zh-CN', isSeen: () => boolean = () => false) {
  const shown: Notice[] = [];
  const look = haltNotices({ texts: () => createTexts(language), isSeen, show: (notice) => void shown.push(notice) });
  return {
    shown,
    stands: (change: Partial<ConnectionItem>, id = testConnection().id) =>
      look({
        name: '5B',
        status: { classId: 'c', connection: testConnection({ id, ...change }), waiting: 0, recentEvents: 0 },
      }),
    noClass: () => look(null),
  };
}

test('P7: a halt is told once, in words that name no student, and again only after it was settled', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const { shown, stands, noClass } = notices(language);
    stands({ continuous: going });
    expect(shown).toEqual([]);
    stands({ continuous: halted });
    stands({ continuous: halted, status: 'IN_PROGRESS' });
    stands({ continuous: halted });
    noClass();
    stands({ continuous: halted });
    const { t } = createTexts(language);
    expect(shown).toEqual([{ title: t('shell:notice.halted', { class: '5B' }), body: t('shell:notice.haltedDetail') }]);
    expect(JSON.stringify(shown)).not.toContain('Li Wei');
    // What it was halted for is still to be decided: whoever let it go on knows.
    stands(asks(1));
    expect(shown).toHaveLength(1);
    stands({ continuous: going });
    stands({ continuous: halted });
    expect(shown).toHaveLength(2);
  }
});

test('P7: what needs a decision is told once however many come, not where nobody keeps it in sync, and not to whoever sees the window', () => {
  const { shown, stands } = notices('en');
  stands({ ...asks(2), continuous: null });
  stands({ ...asks(2), continuous: { ...going, paused: true } });
  expect(shown).toEqual([]);
  stands(asks(1));
  stands(asks(3));
  expect(shown.map(({ title }) => title)).toEqual(['5B: 1 change needs you']);
  stands({ ...asks(3), continuous: halted });
  expect(shown.map(({ title }) => title)).toEqual(['5B: 1 change needs you', 'Sync of 5B stopped']);
  stands(asks(1), '00000000-0000-7000-8000-000000000009');
  expect(shown).toHaveLength(3);

  let seen = true;
  const watched = notices('en', () => seen);
  watched.stands({ continuous: halted });
  seen = false;
  watched.stands({ continuous: halted });
  expect(watched.shown).toEqual([]);
});
