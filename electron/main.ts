import { app } from 'electron';
import { parseDesktopOptions } from './desktop/desktop-options.ts';
import { runDesktopShell } from './desktop/desktop-shell.ts';

/* The entry of the desktop shell. Our own options stand behind the program, in development also behind the folder of the app. */

void runDesktopShell(parseDesktopOptions(process.argv.slice(app.isPackaged ? 1 : 2)));
