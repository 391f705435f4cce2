import type { CallOptions, Client } from '../../shared/contract/client.ts';
import type { MethodName, Params, Result } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';

/** What was asked and answered over a line, in an order and in words that are the same for every line. */
export interface Transcript {
  /** Calls, writes down what came of it, and fails when the call fails. */
  call<M extends MethodName>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  /** Calls and writes down the error that is expected. */
  refused<M extends MethodName>(method: M, params: Params<M>): Promise<string>;
  readonly entries: readonly { readonly method: MethodName; readonly outcome: unknown }[];
}

/** Figures that differ from one run to the next: only their type is written down. */
const figures = new Set(
  'ms durationMs offsetMs uncertaintyMs usedBytes freeBytes bytes port seq pid host database dataFolder folder code at locksInMs'.split(
    ' ',
  ),
);

/** Begins a transcript over a client. `words`: texts that differ between lines, and what stands for them. */
export function beginTranscript(client: Client, words: ReadonlyMap<string, string>): Transcript {
  const entries: { method: MethodName; outcome: unknown }[] = [];
  const plain = createNormalizer(words);
  return {
    entries,
    async call(method, params, options) {
      const result = await client.call(method, params, options);
      entries.push({ method, outcome: plain(result) });
      return result;
    },
    async refused(method, params) {
      try {
        await client.call(method, params);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        entries.push({ method, outcome: { error: error.code, params: plain(error.params) } });
        return error.code;
      }
      throw new Error(`${method} was not refused`);
    },
  };
}

/** Ids become numbers in the order they appear, times and figures their type. */
function createNormalizer(words: ReadonlyMap<string, string>): (value: unknown) => unknown {
  const ids = new Map<string, string>();
  function text(value: string): string {
    const known = words.get(value);
    if (known !== undefined) return known;
    return value
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
        if (!ids.has(id)) ids.set(id, `id${ids.size + 1}`);
        return ids.get(id) ?? '';
      })
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
  }
  function plain(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return figures.has(key) ? 'text' : text(value);
    if (typeof value === 'number' || typeof value === 'bigint') return figures.has(key) ? typeof value : value;
    if (Array.isArray(value)) return value.map((item) => plain(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [text(name), plain(item, name)]));
  }
  return plain;
}
