import { z } from 'zod';
import { classItem } from './class.ts';
import { method } from './method.ts';
import { done, id, input, items } from './values.ts';

export const language = z.enum(['en', 'zh-CN']);
export const theme = z.enum(['system', 'light', 'dark']);

/** What the page needs before anything else. `device.name` is null until the first start named this PC. */
export const appState = z.object({
  version: z.string(),
  device: z.object({ id, name: z.string().nullable() }),
  language: language.nullable(),
  theme,
  classes: z.array(classItem),
  lastClassId: id.nullable(),
  dataFolder: z.string(),
  canShare: z.boolean(),
});
export type AppState = z.infer<typeof appState>;

/** Sizes of the data folder in bytes; big integers because a disk may hold more than a JS number counts exactly. */
export const dataInfo = z.object({
  folder: z.string(),
  usedBytes: z.bigint(),
  freeBytes: z.bigint(),
  backups: z.array(z.object({ file: z.string(), bytes: z.bigint(), at: z.string() })),
});

export const doctorCheck = z.object({
  id: z.string(),
  state: z.enum(['ok', 'warning', 'failed', 'skipped']),
  code: z.string().nullable(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** What exactly differs, at most the first hundred: table, key (texts in keys as hashes), which side, and how. */
  differences: z
    .array(
      z.object({
        table: z.string(),
        key: z.record(z.string(), z.string()),
        side: z.enum(['local', 'server', 'base', 'journal']),
        what: z.string(),
      }),
    )
    .optional(),
});

export const appMethods = {
  'app.state': method(z.object({}), appState),
  'app.setDevice': method(z.object({ name: input }), done),
  'app.setLanguage': method(z.object({ language }), done),
  'app.setTheme': method(z.object({ theme }), done),
  /** Ends the app in good order: the shell closes its window and the engine. */
  'app.quit': method(z.object({}), done),
  /** Where a password typed here goes, and whether one is there for a connection. Never the password. */
  'app.passwords': method(
    z.object({ connectionId: id.optional() }),
    z.object({ kept: z.enum(['store', 'until-close']), stored: z.boolean() }),
  ),
  'app.dataInfo': method(z.object({}), dataInfo),
  'app.doctor': method(
    z.object({ classId: id.optional() }),
    z.object({ ok: z.boolean(), checks: z.array(doctorCheck) }),
  ),
  'app.log': method(
    z.object({ after: z.number().int().nonnegative().optional(), limit: z.number().int().min(1).max(1000).optional() }),
    items(
      z.object({
        seq: z.number(),
        at: z.string(),
        level: z.enum(['info', 'warn', 'error']),
        event: z.string(),
        data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    ),
  ),
};
