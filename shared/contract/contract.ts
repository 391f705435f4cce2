import type { z } from 'zod';
import { appMethods } from './app.ts';
import { backupMethods } from './backup.ts';
import { binMethods } from './bin.ts';
import { catalogMethods } from './catalog.ts';
import { classMethods } from './class.ts';
import { connectionMethods } from './connection.ts';
import { continuousMethods } from './continuous.ts';
import { pinMethods } from './pin.ts';
import { rosterMethods } from './roster.ts';
import { runMethods } from './run.ts';
import { scoreMethods } from './score.ts';
import { serverMethods } from './server.ts';
import { settlementMethods } from './settlement.ts';
import { syncMethods } from './sync.ts';

/** Every method of the app. The page, the shells and the command line know this table and nothing else of the engine. */
export const methods = {
  ...appMethods,
  ...classMethods,
  ...rosterMethods,
  ...scoreMethods,
  ...settlementMethods,
  ...connectionMethods,
  ...syncMethods,
  ...runMethods,
  ...continuousMethods,
  ...backupMethods,
  ...binMethods,
  ...catalogMethods,
  ...serverMethods,
  ...pinMethods,
};

export type MethodName = keyof typeof methods;
/** What a caller passes. */
export type Params<M extends MethodName> = z.input<(typeof methods)[M]['params']>;
/** What a handler receives after parsing. */
export type ParsedParams<M extends MethodName> = z.output<(typeof methods)[M]['params']>;
/** What a call answers. */
export type Result<M extends MethodName> = z.output<(typeof methods)[M]['result']>;

/** Whether a text names a method; own properties only, so `__proto__` and friends are no methods. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
