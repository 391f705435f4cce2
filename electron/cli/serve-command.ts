import type { Command } from 'commander';
import { AppError, errorExitCodes } from '../../shared/errors.ts';
import { runBrowserShell } from '../bridge/browser-shell.ts';
import { addCommand, flag } from './command.ts';
import type { CommandKit } from './command.ts';

/** `serve`: the browser shell in the foreground, until Ctrl+C or until its window is closed. */
export function addServeCommand(program: Command, kit: CommandKit): void {
  addCommand(program, kit, {
    name: 'serve',
    about: 'about.serve',
    options: { open: flag('--open', 'option.open') },
    examples: ['serve --open', 'serve --json'],
    run: async (session, _args, { open }) => {
      const { data, device, lang: given } = session.options;
      const lang = given === undefined ? undefined : session.words.language;
      const address = Promise.withResolvers<string>();
      const ended = runBrowserShell({ data, device, lang, port: undefined, open }, session.signal, {
        out: (line) => {
          const url = /https?:\/\/\S+/.exec(line)?.[0];
          if (url !== undefined) address.resolve(url);
        },
        err: session.notice,
      });
      const first = await Promise.race([address.promise, ended]);
      if (typeof first === 'number')
        throw new AppError(first === errorExitCodes['folder-owned'] ? 'folder-owned' : 'unexpected');
      return { json: { url: first }, lines: (words) => [words.t('server.serving', { url: first })], until: ended };
    },
  });
}
