import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { contentColumns } from '../../shared/catalog/catalog.ts';
import { canonicalCell } from '../../shared/catalog/value.ts';
import { testClass, testStamp } from '../../tests/support/test-class.ts';
import { countRows, eachRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listStudents } from '../store/student.ts';
import { fillSampleClass } from './sample-class.ts';

function sample(language: 'en' | 'zh-CN' = 'en', at = '2026-11-20T08:00:00.000Z'): ClassStore {
  const store = testClass();
  store.transaction(() => fillSampleClass(store, testStamp(at), language));
  return store;
}

const count = (store: ClassStore, sql: string): unknown => store.db.prepare(sql).pluck().get();

describe('the sample class', () => {
  it('has 45 students in four groups, some with tags and notes', () => {
    const store = sample();
    const students = listStudents(store, { deleted: false });
    expect(students).toHaveLength(45);
    expect(new Set(students.map(({ group }) => group))).toEqual(new Set(['Blue', 'Green', 'Amber', 'Purple']));
    expect(students.filter(({ tags }) => tags.length > 0).length).toBeGreaterThan(5);
    expect(new Set(students.map(({ number }) => number)).size).toBe(45);
  });

  it('has two terms of points, none of them in the future, some undone', () => {
    const store = sample();
    expect(count(store, 'SELECT count(*) FROM score_event')).toBeGreaterThan(2_500);
    expect(count(store, 'SELECT count(*) FROM score_void')).toBeGreaterThan(10);
    expect(count(store, 'SELECT max(at) FROM score_event')).toSatisfy((at: string) => at <= '2026-11-20T08:00:00.000Z');
    expect(count(store, `SELECT count(*) FROM score_event WHERE strftime('%w', at, 'localtime') IN ('0', '6')`)).toBe(
      0,
    );
  });

  it('has two closed rounds, a believable open one, and nobody who spent more than he had', () => {
    const store = sample();
    expect(count(store, 'SELECT count(*) FROM settlement')).toBe(2);
    expect(count(store, 'SELECT count(*) FROM redemption')).toBeGreaterThan(10);
    expect(count(store, 'SELECT min(spendable) FROM student_total')).toBeGreaterThanOrEqual(0);
    expect(count(store, 'SELECT max(current) FROM student_total')).toBeLessThan(60);
    expect(count(store, 'SELECT avg(current) FROM student_total')).toBeGreaterThan(3);
    expect(count(store, 'SELECT avg(all_time) FROM student_total')).toBeGreaterThan(50);
  });

  it('holds canonical values only, and references that lead somewhere', () => {
    const store = sample('zh-CN');
    for (const table of classroomCatalog.tables) {
      for (const { row } of eachRow(store, table)) {
        for (const column of contentColumns(table)) {
          expect(canonicalCell(table, column, row[column.name] ?? null)).toBe(row[column.name]);
        }
      }
    }
    expect(store.db.pragma('foreign_key_check')).toEqual([]);
  });

  it('tells the same story every time, under fresh ids', () => {
    const [one, two] = [sample(), sample()];
    const story = (store: ClassStore): unknown =>
      store.db
        .prepare(
          'SELECT s.name, e.text, e.delta, e.at FROM score_event e JOIN student s ON s.id = e.student_id ORDER BY e.at, s.name',
        )
        .all();
    expect(story(one)).toEqual(story(two));
    const ids = (store: ClassStore): Set<unknown> =>
      new Set(store.db.prepare('SELECT id FROM student UNION SELECT id FROM score_event').pluck().all());
    const second = ids(two);
    expect([...ids(one)].filter((id) => second.has(id))).toEqual([]);
  });

  it('speaks the language of the device', () => {
    const store = sample('zh-CN');
    expect(listStudents(store, { deleted: false }).map(({ group }) => group)).toContain('蓝组');
  });

  it('is whole on every day of the year', () => {
    for (const at of [
      '2026-01-01T00:00:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-07-04T23:59:59.999Z',
      '2028-02-29T12:00:00.000Z',
    ]) {
      const store = sample('en', at);
      expect(count(store, 'SELECT count(*) FROM score_event')).toBeGreaterThan(2_500);
      expect(count(store, `SELECT count(*) FROM score_event WHERE at > '${at}'`)).toBe(0);
    }
  });

  it('leaves the tables that need a server or a person empty', () => {
    const store = sample();
    const empty = classroomCatalog.tables.filter((table) => countRows(store, table) === 0).map(({ name }) => name);
    expect(empty).toEqual(['avatar', 'settlement_void', 'class_setting', 'alias', 'erasure']);
  });
});
