import type {
  Catalog,
  CatalogColumn,
  CatalogForeignKey,
  CatalogTable,
  CatalogUnique,
  ColumnLimits,
  ColumnPolicy,
  ColumnType,
  TableKind,
  TextRule,
  VoidedBy,
} from './catalog.ts';

function column(
  name: string,
  type: ColumnType,
  options: { nullable?: boolean; policy?: ColumnPolicy; limits?: ColumnLimits; rule?: TextRule } = {},
): CatalogColumn {
  return { nullable: false, class: 'content', policy: 'ask', ...options, name, type };
}

function table(
  name: string,
  kind: TableKind,
  key: readonly string[],
  columns: readonly CatalogColumn[],
  more: {
    foreignKeys?: readonly CatalogForeignKey[];
    unique?: readonly CatalogUnique[];
    naturalKeys?: readonly (readonly string[])[];
    softDelete?: string;
    label?: readonly string[];
    voidedBy?: VoidedBy;
  } = {},
): CatalogTable {
  return {
    name,
    kind,
    key,
    keyAllocation: 'client',
    columns,
    foreignKeys: more.foreignKeys ?? [],
    unique: more.unique ?? [],
    naturalKeys: more.naturalKeys ?? [],
    atomicGroups: [],
    softDelete: more.softDelete ?? null,
    deletionDetails: more.softDelete === undefined ? [] : ['deleted_by'],
    timestamp: { column: 'updated_at', maintainedBy: 'server' },
    label: more.label ?? key,
    ...(more.voidedBy === undefined ? {} : { voidedBy: more.voidedBy }),
  };
}

const id = column('id', 'uuid');
const at = column('at', 'timestamptz');
const by = column('by', 'text', { nullable: true, limits: { maxChars: 10_000 } });
const deviceName = column('device_name', 'text', { limits: { maxChars: 10_000 } });
/** Soft-delete columns; `deletedAt` asks only where a deleted record carries data worth a question (students). */
const deletion = (policy: ColumnPolicy): readonly CatalogColumn[] => [
  column('deleted_at', 'timestamptz', { nullable: true, policy }),
  column('deleted_by', 'text', { nullable: true, policy: 'newest', limits: { maxChars: 10_000 } }),
];
/** Texts only the app writes, or that were copied: nobody types them, but a server may hold anything. */
const written = { limits: { maxChars: 10_000 } } as const;
const newest = { policy: 'newest' } as const;
const newestOrNull = { policy: 'newest', nullable: true } as const;
const orNull = { nullable: true } as const;
const references = (columnName: string, target: string, soft = false): CatalogForeignKey => ({
  columns: [columnName],
  references: target,
  soft,
  onDelete: 'restrict',
});

/** The classroom catalog: the tables of SCHEMA "The classroom catalog", parents before children. */
export const classroomCatalog: Catalog = {
  id: 'classroom',
  version: 1,
  schema: 'tallybook',
  scopeColumn: 'class_id',
  tables: [
    table(
      'avatar',
      'append-only',
      ['hash'],
      [column('hash', 'text'), column('image', 'bytea', { limits: { maxBytes: 65536 } }), column('type', 'text')],
    ),
    table(
      'group',
      'entity',
      ['id'],
      [
        id,
        column('name', 'text', { ...newest, rule: 'name' }),
        column('color', 'text', { ...newest, rule: 'color' }),
        column('sort', 'int4', newest),
        ...deletion('newest'),
      ],
      { softDelete: 'deleted_at', label: ['name'] },
    ),
    table(
      'student',
      'entity',
      ['id'],
      [
        id,
        column('name', 'text', { rule: 'name' }),
        column('number', 'text', { ...orNull, rule: 'number' }),
        column('group_id', 'uuid', newestOrNull),
        column('note', 'text', { ...newestOrNull, rule: 'note' }),
        column('avatar_hash', 'text', newestOrNull),
        column('created_at', 'timestamptz'),
        ...deletion('ask'),
      ],
      {
        foreignKeys: [references('group_id', 'group'), references('avatar_hash', 'avatar')],
        unique: [{ columns: ['number'], amongLive: true, where: [] }],
        naturalKeys: [['number']],
        softDelete: 'deleted_at',
        label: ['name', 'number'],
      },
    ),
    table('student_tag', 'set', ['student_id', 'tag'], [column('student_id', 'uuid'), column('tag', 'text', written)], {
      foreignKeys: [references('student_id', 'student')],
      label: ['tag'],
    }),
    table(
      'reason',
      'entity',
      ['id'],
      [
        id,
        column('text', 'text', { ...newest, rule: 'text' }),
        column('delta', 'int4', newest),
        column('category', 'text', { ...newestOrNull, rule: 'category' }),
        column('sort', 'int4', newest),
        column('built_in', 'bool', newest),
        ...deletion('newest'),
      ],
      { softDelete: 'deleted_at', label: ['text'] },
    ),
    table(
      'score_event',
      'append-only',
      ['id'],
      [
        id,
        column('student_id', 'uuid'),
        column('reason_id', 'uuid', orNull),
        column('text', 'text', written),
        column('delta', 'int4'),
        column('note', 'text', { ...orNull, ...written }),
        at,
        by,
        column('device_id', 'uuid'),
        deviceName,
      ],
      {
        foreignKeys: [references('student_id', 'student'), references('reason_id', 'reason', true)],
        label: ['text'],
        voidedBy: { table: 'score_void', column: 'event_id', at: 'at', device: 'device_name' },
      },
    ),
    table('score_void', 'append-only', ['id'], [id, column('event_id', 'uuid'), at, by, deviceName], {
      foreignKeys: [references('event_id', 'score_event')],
    }),
    table('settlement', 'append-only', ['id'], [id, column('name', 'text', written), at, by, deviceName], {
      label: ['name'],
      voidedBy: { table: 'settlement_void', column: 'settlement_id', at: 'at', device: null },
    }),
    table(
      'settlement_event',
      'append-only',
      ['settlement_id', 'event_id'],
      [column('settlement_id', 'uuid'), column('event_id', 'uuid')],
      {
        foreignKeys: [references('settlement_id', 'settlement'), references('event_id', 'score_event')],
      },
    ),
    table('settlement_void', 'append-only', ['id'], [id, column('settlement_id', 'uuid'), at, by], {
      foreignKeys: [references('settlement_id', 'settlement')],
    }),
    table(
      'reward',
      'entity',
      ['id'],
      [
        id,
        column('name', 'text', { ...newest, rule: 'name' }),
        column('cost', 'int4', { ...newest, limits: { min: 1 } }),
        column('limit_per_student', 'int4', newestOrNull),
        column('active', 'bool', newest),
        column('sort', 'int4', newest),
        ...deletion('newest'),
      ],
      { softDelete: 'deleted_at', label: ['name'] },
    ),
    table(
      'redemption',
      'append-only',
      ['id'],
      [
        id,
        column('student_id', 'uuid'),
        column('reward_id', 'uuid'),
        column('name', 'text', written),
        column('cost', 'int4'),
        column('status_by', 'text', { ...orNull, ...written }),
        column('note', 'text', { ...orNull, ...written }),
        at,
        by,
        deviceName,
      ],
      {
        foreignKeys: [references('student_id', 'student'), references('reward_id', 'reward', true)],
        label: ['name'],
        voidedBy: { table: 'redemption_void', column: 'redemption_id', at: 'at', device: null },
      },
    ),
    table('redemption_void', 'append-only', ['id'], [id, column('redemption_id', 'uuid'), at, by], {
      foreignKeys: [references('redemption_id', 'redemption')],
    }),
    table('class_setting', 'register', ['key'], [column('key', 'text'), column('value', 'jsonb', newest)]),
    table(
      'alias',
      'append-only',
      ['tbl', 'old_id'],
      [column('tbl', 'text'), column('old_id', 'uuid'), column('new_id', 'uuid')],
    ),
    table('erasure', 'append-only', ['id'], [id, column('student_id', 'uuid'), at, by], {
      foreignKeys: [references('student_id', 'student', true)],
    }),
  ],
  checks: [
    {
      name: 'negative-balance',
      level: 'warn',
      table: 'student',
      reads: ['score_event', 'score_void', 'redemption', 'redemption_void'],
      // Nobody spent anything who only lost points.
      sql: `SELECT student_id AS id FROM student_total AS t WHERE spendable < 0 AND EXISTS (
        SELECT 1 FROM redemption AS r WHERE r.student_id = t.student_id AND r.id NOT IN (SELECT redemption_id FROM redemption_void))`,
    },
  ],
  roles: { alias: 'alias', erasure: 'erasure', members: 'student' },
};
