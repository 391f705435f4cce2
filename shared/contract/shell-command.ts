/** What the menus of the desktop, the tray and the notices ask of the page: the small sheet of sync, the list of changes, a page, what a key of the page does, or what needs a PIN that only the page can ask for. */
export const shellCommands = ['sync', 'list', 'settings', 'find', 'refresh', 'keep-on', 'keep-off'] as const;
/** One of them. */
export type ShellCommand = (typeof shellCommands)[number];

/** Whether a text is one of them. */
export function isShellCommand(text: unknown): text is ShellCommand {
  return shellCommands.some((command) => command === text);
}
