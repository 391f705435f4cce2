import { describe, expect, it } from 'vitest';
import type { Choice, PlanRow } from '../../shared/sync/plan.ts';
import { pointer, smallTable, text } from '../../tests/planner/small-catalog.ts';
import { judgeTyped } from './typed-values.ts';

const table = smallTable('seat', 'entity', {
  columns: [
    text('id', { type: 'uuid', nullable: false }),
    text('code', { nullable: false }),
    text('word'),
    text('note'),
    text('room', { type: 'uuid' }),
  ],
  unique: [
    { columns: ['code'], amongLive: false, where: [] },
    { columns: ['id', 'room'], amongLive: false, where: [] },
  ],
  naturalKeys: [['word']],
  foreignKeys: [pointer('room', 'room')],
});
const local = { id: '01890000-0000-7000-8000-000000000000', code: '1', word: 'z', note: '', room: 'a' };
const row: Pick<PlanRow, 'trees'> = { trees: { base: undefined, local, server: local } };
const typed = (name: string, value: string | null): Choice => ({ choice: 'rename', fields: { [name]: { value } } });

describe('a typed value of a column without a rule for texts', () => {
  it('is taken for what one record at a time may have, nothing included where the column takes it', () => {
    for (const [name, value] of [
      ['code', 'A 1'],
      ['word', 'x'],
      ['word', null],
      ['room', null],
    ] as const)
      expect(judgeTyped(table, row, typed(name, value))).toEqual(typed(name, value));
    expect(() => judgeTyped(table, row, typed('code', null))).toThrow('value-refused');
    expect(() => judgeTyped(table, row, typed('code', 'a\0b'))).toThrow('value-refused');
  });

  it('is not taken for other texts, references and keys', () => {
    for (const name of ['note', 'room', 'id'])
      expect(judgeTyped(table, row, typed(name, '01890000-0000-7000-8000-000000000001'))).toBeNull();
  });
});
