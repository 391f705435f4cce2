import { describe, expect, it } from 'vitest';
import {
  judgeServer,
  type FoundServer,
  type KnownServer,
  type Trust,
  type Visit,
  type WitnessState,
} from './judge-server.ts';

const current: Visit = { no: 7, token: 'current' };
const pending: Visit = { no: 8, token: 'pending' };
const horizons = ['99', '100', '101'] as const;

const known: KnownServer = {
  system: 's',
  databaseOid: 'd',
  timeline: '1',
  epoch: 'e',
  horizon: '100',
  visit: current,
  pending: null,
  witnessed: false,
};
const found: FoundServer = {
  system: 's',
  databaseOid: 'd',
  timeline: '1',
  epoch: 'e',
  inRecovery: false,
  horizon: '100',
  collected: '0',
  visit: { ...current, epoch: 'e' },
  witness: null,
};

/** Every state the two sides can be in, each with what SYNC section 9 says of it in words. */
function* everyCase(): Generator<{ readonly known: KnownServer; readonly found: FoundServer }> {
  const visits: readonly FoundServer['visit'][] = [
    null,
    { no: 6, token: 'older', epoch: 'e' },
    { ...current, epoch: 'e' },
    { no: 7, token: 'other', epoch: 'e' },
    { ...pending, epoch: 'e' },
    { no: 8, token: 'other', epoch: 'e' },
    { no: 8, token: 'other', epoch: 'other' },
  ];
  const witnesses: readonly (WitnessState | null)[] = [null, 'found', 'changed', 'gone'];
  for (const mine of [null, current])
    for (const underWay of [null, pending])
      for (const witnessed of [false, true])
        for (const horizon of [null, '100'])
          for (const there of visits)
            for (const witness of witnesses)
              for (const system of ['s', 'other'])
                for (const epoch of ['e', 'other'])
                  for (const timeline of ['1', '2', null])
                    for (const inRecovery of [false, true])
                      for (const seen of horizons)
                        for (const collected of ['0', '101'])
                          yield {
                            known: { ...known, visit: mine, pending: underWay, witnessed, horizon },
                            found: {
                              ...found,
                              visit: there,
                              witness,
                              system,
                              epoch,
                              timeline,
                              inRecovery,
                              horizon: seen,
                              collected,
                            },
                          };
}

/** Whether the mark of this device stands on the server as it should. */
function markStands(mine: KnownServer, there: FoundServer): 'yes' | 'ahead' | 'no' {
  const marks = [mine.visit, mine.pending].filter((mark) => mark !== null);
  if (marks.some((mark) => mark.token === there.visit?.token && mark.no === there.visit.no)) return 'yes';
  if (mine.visit === null || there.visit === null) return 'no';
  // A twin may have left later visits on a server that was put back, or moved, and that it took for the same.
  const same =
    there.system === mine.system && there.timeline !== '2' && there.epoch === mine.epoch && mine.horizon !== null;
  return same && there.visit.no > mine.visit.no && there.visit.epoch === mine.epoch ? 'ahead' : 'no';
}

describe('judging a server', () => {
  it('trusts a mark or a witness and nothing else, in every state the two sides can be in', () => {
    const counts = new Map<Trust, number>();
    for (const { known: mine, found: there } of everyCase()) {
      const { trust, readAll, absenceProves } = judgeServer(mine, there);
      counts.set(trust, (counts.get(trust) ?? 0) + 1);
      const mark = markStands(mine, there);
      const met = mine.horizon !== null || mine.visit !== null || mine.witnessed;
      const witnessHolds = !mine.witnessed || there.witness === 'found';
      const vouched = mine.visit !== null || mark !== 'no' ? mark !== 'no' : mine.witnessed;
      const trusted = met && vouched && witnessHolds;
      const behind = mine.horizon !== null && BigInt(there.horizon) < BigInt(mine.horizon);
      const standby = met && there.inRecovery && there.system === mine.system && (behind || !trusted);
      const expected: Trust = standby
        ? 'lagging'
        : !met
          ? 'first'
          : !trusted
            ? 'put-back'
            : mark === 'ahead'
              ? 'ahead'
              : 'known';
      expect({ mine, there, trust }).toEqual({ mine, there, trust: expected });
      // A deletion may follow from absence only where Base holds, nothing else is strange, and tombstones were collected.
      if (absenceProves) {
        expect(trusted && there.system === mine.system && !behind).toBe(true);
        expect(BigInt(there.collected)).toBeGreaterThan(BigInt(mine.horizon ?? '0'));
        expect(readAll).toBe(true);
      }
      if (trust === 'put-back' || trust === 'first') expect(readAll).toBe(true);
      if (trust === 'known' || trust === 'ahead') {
        const same = there.system === mine.system && there.epoch === mine.epoch && there.timeline !== '2';
        const reads = mine.horizon === null || behind || there.collected === '101' || !same;
        expect({ mine, there, readAll }).toEqual({ mine, there, readAll: reads });
      }
    }
    expect([...counts.keys()].toSorted()).toEqual(['ahead', 'first', 'known', 'lagging', 'put-back']);
  });

  it('goes on from the horizon where nothing is strange', () => {
    expect(judgeServer(known, found)).toEqual({ trust: 'known', readAll: false, twin: false, absenceProves: false });
  });

  it('compares every key where tombstones were collected since, and takes what is missing for deleted', () => {
    expect(judgeServer(known, { ...found, collected: '101' })).toEqual({
      trust: 'known',
      readAll: true,
      twin: false,
      absenceProves: true,
    });
  });

  it('takes a visit whose answer was lost for its own', () => {
    const lost = { ...found, visit: { ...pending, epoch: 'e' } };
    expect(judgeServer({ ...known, pending }, lost).trust).toBe('known');
    expect(judgeServer(known, lost).trust).toBe('ahead');
  });

  it('trusts a server under another identity that has the visit: it was moved', () => {
    const moved = { ...found, system: 'other', databaseOid: 'other', timeline: '1', horizon: '5' };
    expect(judgeServer({ ...known, horizon: null }, moved)).toMatchObject({ trust: 'known', readAll: true });
  });
});
