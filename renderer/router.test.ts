import { expect, test } from 'vitest';
import { href, parseRoute } from './router.ts';

test('an address without a page is the class page', () => {
  expect(parseRoute('').path).toEqual(['class']);
  expect(parseRoute('#token=abc').path).toEqual(['class']);
  expect(parseRoute('#/').path).toEqual(['class']);
});

test('an address keeps steps and filters', () => {
  const route = parseRoute('#/sync/plan/7?kind=add&q=%E5%BC%A0');
  expect(route.path).toEqual(['sync', 'plan', '7']);
  expect(route.query.get('q')).toBe('张');
});

test('a step that is no legal escape is taken as it is', () => {
  expect(parseRoute('#/sync/%zz').path).toEqual(['sync', '%zz']);
});

test('a link leaves empty values out', () => {
  expect(href('history', { student: null, q: '', state: 'undone' })).toBe('#/history?state=undone');
  expect(href('class')).toBe('#/class');
});
