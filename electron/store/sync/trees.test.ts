import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import { changeSeq, peerFor } from './peer-store.ts';
import { openTrees } from './trees.ts';

const identity = {
  system: '1',
  databaseOid: '1',
  schema: 's',
  scope: 'c',
  epoch: 'e',
  timeline: null,
  owner: 'o',
};
const now = '2026-11-20T08:00:00.000Z';
const keys = ['a', 'b', 'c', 'd', 'e'];
/** Of each key: nothing, marked here, known to differ there, or both. Every way five keys can stand. */
const standings = Array.from({ length: 4 ** keys.length }, (_, number) =>
  keys.map((pk, place) => ({ pk, stands: Math.floor(number / 4 ** place) % 4 })),
);

it('names every row that may have changed once, in the order of keys, however marks and observations lie among each other', () => {
  const store = testClass();
  const peer = peerFor(store, identity);
  const trees = openTrees(store, peer.id);
  store.transaction(() => {
    for (const standing of standings) {
      for (const table of ['base', 'dirty', 'remote']) store.db.exec(`DELETE FROM ${table}`);
      for (const { pk, stands } of standing) {
        if (pk !== 'b') trees.setBase({ table: 'student', pk }, { id: pk }, now);
        if (stands % 2 === 1) trees.markDirty({ table: 'student', pk }, now);
        if (stands >= 2)
          trees.setRemote({ table: 'student', pk }, { row: { id: 'there' }, ver: '7', editedAt: now, by: 'B' });
      }
      const seq = changeSeq(store);
      const found = [];
      for (let after = ''; ;) {
        const page = trees.candidates('student', after, seq, 2);
        found.push(...page);
        after = page.at(-1)?.pk ?? '';
        if (page.length < 2) break;
      }
      const expected = standing.flatMap(({ pk, stands }) => {
        const key = { table: 'student', pk };
        return stands === 0 ? [] : [{ pk, base: trees.base(key), remote: trees.remote(key), dirty: trees.dirty(key) }];
      });
      expect(found).toEqual(expected);
    }
  });
});

it('leaves what was first marked later to the next list', () => {
  const store = testClass();
  const trees = openTrees(store, peerFor(store, identity).id);
  store.transaction(() => trees.markDirty({ table: 'student', pk: 'a' }, now));
  expect(trees.candidates('student', '', changeSeq(store) - 1, 2)).toEqual([]);
  expect(trees.candidates('student', '', changeSeq(store), 2).map(({ pk }) => pk)).toEqual(['a']);
});
