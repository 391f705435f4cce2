import { z } from 'zod';
import type { Params } from '../../shared/contract/contract.ts';
import { isId } from '../../shared/model/ids.ts';
import { UsageError } from './usage-error.ts';

type NamedRow = NonNullable<Params<'sync.run'>['leave']>[number];

const wholeKey = z.record(z.string(), z.string());

/** The row an option like `--leave student:ID` names; a key of several columns is written as JSON. */
export function rowNamed(option: '--leave' | '--take', argument: string): NamedRow {
  const [, table, text] = /^([^:]+):(.+)$/s.exec(argument) ?? [];
  if (table === undefined || text === undefined) throw notARow(option);
  if (!text.startsWith('{')) return { table, key: isId(text) ? text.toLowerCase() : text };
  const key = wholeKey.safeParse(parse(text));
  if (!key.success) throw notARow(option);
  return { table, key: key.data };
}

function notARow(argument: string): UsageError {
  return new UsageError('not-one-of', { argument, choices: 'TABLE:KEY, TABLE:{"COLUMN":"VALUE"}' });
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
