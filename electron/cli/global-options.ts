import { z } from 'zod';

/** Options every command takes. */
export const globalOptions = z.object({
  data: z.string().min(1).optional(),
  class: z.string().optional(),
  device: z.string().optional(),
  json: z.boolean().default(false),
  lang: z.string().optional(),
  pinStdin: z.boolean().default(false),
  quiet: z.boolean().default(false),
});
/** The options every command takes, as they were given. */
export type GlobalOptions = z.output<typeof globalOptions>;

/** The `--json` and `--lang` of arguments that are not parsed yet: how even a usage error is told. */
export function earlyOptions(args: readonly string[]): { readonly json: boolean; readonly lang: string | undefined } {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const at = own.indexOf('--lang');
  const joined = own.find((arg) => arg.startsWith('--lang='));
  return {
    json: own.includes('--json'),
    lang: joined?.slice('--lang='.length) ?? (at === -1 ? undefined : own[at + 1]),
  };
}
