import { expect, it } from 'vitest';
import type { CatalogColumn } from '../../shared/catalog/catalog.ts';
import { everyTypeCatalog } from '../../tests/support/every-type-catalog.ts';
import { holdsType } from './server-type.ts';

function column(type: CatalogColumn['type'], more: Partial<CatalogColumn> = {}): CatalogColumn {
  return { name: 'value', type, nullable: true, class: 'content', policy: 'ask', ...more };
}

const holds = (of: CatalogColumn, type: string): boolean => holdsType(everyTypeCatalog, of, { type, labels: null });

it('takes another type of the server only where no value loses anything', () => {
  const taken = [
    [column('int2'), 'integer'],
    [column('int2'), 'bigint'],
    [column('int4'), 'bigint'],
    [column('text'), 'character varying'],
    [column('varchar', { length: 20 }), 'character varying(40)'],
    [column('varchar', { length: 20 }), 'text'],
    [column('numeric', { digits: { precision: 10, scale: 2 } }), 'numeric(12,3)'],
    [column('numeric', { digits: { precision: 10, scale: 2 } }), 'numeric'],
  ] as const;
  const refused = [
    [column('int4'), 'smallint'],
    [column('int8'), 'integer'],
    [column('int8'), 'numeric'],
    [column('text'), 'character varying(200)'],
    [column('varchar', { length: 20 }), 'character varying(19)'],
    [column('numeric'), 'numeric(20,4)'],
    [column('numeric', { digits: { precision: 10, scale: 2 } }), 'numeric(10,3)'],
    [column('float8'), 'real'],
    [column('timestamptz'), 'timestamp without time zone'],
    [column('timestamptz'), 'timestamp(3) with time zone'],
    [column('json'), 'jsonb'],
    [column('date'), 'text'],
  ] as const;
  for (const [of, type] of taken) expect(holds(of, type), `${of.type} in ${type}`).toBe(true);
  for (const [of, type] of refused) expect(holds(of, type), `${of.type} in ${type}`).toBe(false);
});
