import { z } from 'zod';
import { everyMinutes } from '../../shared/contract/connection.ts';
import type { ErrorJson } from '../../shared/errors.ts';
import { errorFromJson, errorToJson } from '../../shared/errors.ts';
import type { AppStore } from '../store/app-store.ts';

const key = 'continuous';

const setting = z.object({
  classId: z.string(),
  everyMinutes,
  paused: z.boolean(),
  halted: z
    .object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    })
    .nullable(),
});

/** What was chosen about keeping a connection in sync, and what stopped it. */
export interface ContinuousSetting {
  readonly classId: string;
  readonly everyMinutes: z.infer<typeof everyMinutes>;
  readonly paused: boolean;
  readonly halted: ErrorJson | null;
}

const all = z.record(z.string(), setting).catch({});

/**
 * The connections of this device that are to be kept in sync, by id. They stand in the store of the installation and not in the class file: a copy of the file on
 * another PC, or one taken back from a backup, does not begin to sync by itself.
 */
export function continuousSettings(app: AppStore): ReadonlyMap<string, ContinuousSetting> {
  const text = app.setting(key);
  const found = text === null ? {} : all.parse(jsonOrNull(text));
  return new Map(
    Object.entries(found).map(([id, { halted, ...chosen }]) => [
      id,
      { ...chosen, halted: halted === null ? null : errorToJson(errorFromJson(halted)) },
    ]),
  );
}

/** Keeps what was chosen about a connection; null forgets it. */
export function setContinuousSetting(app: AppStore, connectionId: string, chosen: ContinuousSetting | null): void {
  const next = new Map(continuousSettings(app));
  if (chosen === null) next.delete(connectionId);
  else next.set(connectionId, { ...chosen, halted: chosen.halted === null ? null : withoutNames(chosen.halted) });
  app.setSetting(key, next.size === 0 ? null : JSON.stringify(Object.fromEntries(next)));
}

/** Words in the parameters of an error may name a student, and an erasure does not come here: only what a guard counted, and numbers, are kept. */
function withoutNames({ code, params }: ErrorJson): ErrorJson {
  const told = Object.entries(params).filter(
    ([name, value]) => typeof value !== 'string' || ['guard', 'table', 'all'].includes(name),
  );
  return { code, params: Object.fromEntries(told) };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
