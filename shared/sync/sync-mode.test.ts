import { describe, expect, it } from 'vitest';
import { tableOf } from '../catalog/catalog.ts';
import { classroomCatalog } from '../catalog/classroom.ts';
import { diffRow, directionOf } from './diff.ts';
import { forMode } from './sync-mode.ts';
import type { Row, Trees } from './plan.ts';

const setting = tableOf(classroomCatalog, 'class_setting');
const event = tableOf(classroomCatalog, 'score_event');
const row = (value: string): Row => ({ key: 'a', value });
const outcome = (trees: Trees, mode: 'push-only' | 'pull-only', table = setting) =>
  forMode(table, trees, diffRow(table, trees), mode);

describe('a backup copy', () => {
  it("takes this PC's row where the server differs, without a question", () => {
    const trees: Trees = { base: row('1'), local: row('2'), server: row('3') };
    expect(outcome(trees, 'push-only')).toMatchObject({ kind: 'change', result: row('2') });
    expect(directionOf(setting, trees, row('2'))).toBe('up');
  });

  it('removes there what was removed here, and leaves rows alone that never were here', () => {
    expect(outcome({ base: row('1'), local: null, server: row('1') }, 'push-only')).toMatchObject({
      kind: 'change',
      change: 'delete',
    });
    expect(outcome({ base: undefined, local: null, server: row('1') }, 'push-only')).toBeNull();
  });

  it('never removes a point', () => {
    const point = { id: 'e' } as unknown as Row;
    expect(outcome({ base: point, local: null, server: point }, 'push-only', event)).toBeNull();
  });
});

describe('a connection that only pulls', () => {
  it('lists what comes down and conflicts, and nothing that would only go up', () => {
    expect(outcome({ base: row('1'), local: row('2'), server: row('1') }, 'pull-only')).toBeNull();
    expect(outcome({ base: row('1'), local: row('1'), server: row('2') }, 'pull-only')).toMatchObject({
      kind: 'change',
      result: row('2'),
    });
    expect(outcome({ base: row('1'), local: row('2'), server: row('3') }, 'pull-only')).toMatchObject({
      kind: 'conflict',
    });
  });
});
