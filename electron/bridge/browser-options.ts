import { parseArgs } from 'node:util';
import { z } from 'zod';
import { language } from '../../shared/contract/app.ts';
import { AppError } from '../../shared/errors.ts';

const browserOptions = z.object({
  data: z.string().min(1).optional(),
  device: z.string().min(1).max(200).optional(),
  lang: language.optional(),
  port: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Whether a window is opened; else the address is only printed. */
  open: z.boolean(),
});
/** The arguments of the browser shell, checked. */
export type BrowserOptions = z.output<typeof browserOptions>;

/** The arguments of the browser shell. Throws `usage`. */
export function parseBrowserOptions(args: readonly string[]): BrowserOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        device: { type: 'string' },
        lang: { type: 'string' },
        port: { type: 'string' },
        open: { type: 'boolean', default: true },
        print: { type: 'boolean', default: false },
      },
      allowNegative: true,
    });
    const { print, ...rest } = values;
    return browserOptions.parse({ ...rest, open: rest.open && !print });
  } catch (error) {
    throw new AppError('usage', {}, { cause: error });
  }
}
