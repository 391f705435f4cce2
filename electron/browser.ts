import { parseBrowserOptions } from './bridge/browser-options.ts';
import { runBrowserShell } from './bridge/browser-shell.ts';
import { endAtOnce, stopSignal } from './engine/stop-signal.ts';
import { AppError, errorExitCodes } from '../shared/errors.ts';
import { createTexts } from '../shared/text/text.ts';
import { languageFor } from '../shared/text/language.ts';

/*
 * The entry of the browser shell. Ctrl+C closes the app in good order; one that comes later ends the process at once.
 */

const io = {
  out: (line: string) => void process.stdout.write(`${line}\n`),
  err: (line: string) => void process.stderr.write(`${line}\n`),
};

const { signal } = stopSignal(endAtOnce);

async function run(): Promise<number> {
  try {
    return await runBrowserShell(parseBrowserOptions(process.argv.slice(2)), signal, io);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'usage') throw error;
    io.err(createTexts(languageFor([process.env['LANG'] ?? 'en'])).t('shell:usage'));
    return errorExitCodes.usage;
  }
}

// A browser or a socket that is still open must not keep the process.
process.exit(await run());
