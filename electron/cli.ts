import { openEngine } from './cli/open-engine.ts';
import { runCli } from './cli/run-cli.ts';
import { appVersion } from './engine/app-version.ts';
import { endAtOnce, stopSignal } from './engine/stop-signal.ts';

/*
 * The entry of the command line. Ctrl+C cancels what runs and lets it end in good order; one that comes later ends the process at once.
 */

const { signal } = stopSignal(endAtOnce);

const exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  version: appVersion,
  signal,
  openEngine: async (options) => await openEngine(options.data, process.env['TALLYBOOK_PASSWORD']),
});
// A socket or a browser that is still open must not keep the process.
process.exit(exitCode);
