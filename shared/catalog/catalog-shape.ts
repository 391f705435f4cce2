import { z } from 'zod';

/*
 * The form of a catalog as JSON: what is there, of which kind and how much at most. What it says is judged by `parse-catalog.ts`.
 * What may be left out means the plainest thing.
 */

const name = z.string().min(1).max(200);
const names = z.array(name).max(64);

const simpleTypes = [
  'uuid',
  'text',
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'bool',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'interval',
  'inet',
  'bytea',
] as const;

const column = z
  .strictObject({
    name,
    type: z.enum([
      ...simpleTypes,
      'char',
      'varchar',
      'enum',
      'json',
      'jsonb',
      ...simpleTypes.map((type) => `${type}[]` as const),
    ]),
    nullable: z.boolean(),
    class: z.enum(['content', 'server-managed', 'generated', 'derived', 'sensitive', 'ignored']).default('content'),
    policy: z.enum(['ask', 'newest', 'server', 'local', 'counter', 'max']).default('ask'),
    limits: z
      .strictObject({
        min: z.number().exactOptional(),
        max: z.number().exactOptional(),
        maxBytes: z.int().min(1).exactOptional(),
        maxChars: z.int().min(1).exactOptional(),
      })
      .exactOptional(),
    rule: z.enum(['name', 'number', 'note', 'text', 'category', 'color']).exactOptional(),
    length: z.int().min(1).max(10_485_760).exactOptional(),
    digits: z.strictObject({ precision: z.int().min(1).max(1_000), scale: z.int().min(0).max(1_000) }).exactOptional(),
    enum: z.strictObject({ name, labels: z.array(z.string().max(63)).min(1).max(1_000) }).exactOptional(),
  })
  .readonly();

const condition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('null'), column: name }),
  z.strictObject({ kind: z.literal('equals'), column: name, value: z.string().max(1_000) }),
]);

const table = z.strictObject({
  name,
  kind: z.enum(['entity', 'append-only', 'set', 'register', 'derived', 'local']),
  key: names,
  keyAllocation: z.enum(['client', 'server-sequence']).default('client'),
  columns: z.array(column).min(1).max(400),
  foreignKeys: z
    .array(
      z.strictObject({
        columns: names.min(1),
        references: name,
        soft: z.boolean().default(false),
        onDelete: z.enum(['restrict', 'cascade', 'set-null']).default('restrict'),
      }),
    )
    .max(64)
    .default([]),
  unique: z
    .array(
      z.strictObject({
        columns: names.min(1),
        amongLive: z.boolean().default(false),
        where: z.array(condition).max(8).default([]),
      }),
    )
    .max(64)
    .default([]),
  naturalKeys: z.array(names.min(1)).max(16).default([]),
  atomicGroups: z.array(names.min(2)).max(64).default([]),
  softDelete: name.nullable().default(null),
  deletionDetails: names.default([]),
  timestamp: z
    .strictObject({ column: name, maintainedBy: z.enum(['server', 'client']) })
    .default({ column: 'updated_at', maintainedBy: 'server' }),
  label: names.default([]),
  voidedBy: z.strictObject({ table: name, column: name, at: name, device: name.nullable() }).exactOptional(),
});

/** The form of a whole catalog. Nothing it does not know is let through. */
export const catalogShape = z.strictObject({
  id: name,
  version: z.int().min(1).max(1_000_000),
  schema: name,
  scopeColumn: name,
  tables: z.array(table).min(1).max(300),
  checks: z
    .array(
      z.strictObject({
        name,
        level: z.enum(['block', 'warn']),
        table: name,
        reads: names.min(1),
        sql: z.string().min(1).max(4_000),
      }),
    )
    .max(100)
    .default([]),
  roles: z
    .strictObject({
      alias: name.nullable().default(null),
      erasure: name.nullable().default(null),
      members: name.nullable().default(null),
    })
    .default({ alias: null, erasure: null, members: null }),
});
