import { describe, expect, it } from 'vitest';
import { tableOf } from '../catalog/catalog.ts';
import { everyTypeCatalog } from '../../tests/support/every-type-catalog.ts';
import { mergeRows } from './merge.ts';
import type { Row } from './plan.ts';

const person = tableOf(everyTypeCatalog, 'person');
const base: Row = { id: 'p', name: "O'Brien", lat: '1', lon: '2', visits: '3' };

describe('columns whose values only make sense together', () => {
  it('are never mixed: changed in part on either side they clash as a whole', () => {
    const merge = mergeRows(person, base, { ...base, lat: '10' }, { ...base, lon: '20' }, null);
    expect(merge.clashes).toEqual(['lat', 'lon']);
  });

  it('are taken from the side that alone changed any of them, beside what the other side changed', () => {
    const merge = mergeRows(person, base, { ...base, lat: '10' }, { ...base, name: 'Ann' }, null);
    expect(merge).toMatchObject({ clashes: [], row: { lat: '10', lon: '2', name: 'Ann' } });
  });

  it('are taken from the side edited later, where the clocks can tell', () => {
    const merge = mergeRows(person, base, { ...base, lat: '10' }, { ...base, lon: '20' }, 'server');
    expect(merge).toMatchObject({ clashes: [], byTime: ['lat', 'lon'], row: { lat: '1', lon: '20' } });
  });
});
