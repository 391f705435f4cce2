/** The channels between the preload script and the main process; the page sees neither their names nor anything else of Electron. */
export const lineChannels = {
  /** Page to engine: a page was loaded and begins a line of its own. */
  open: 'line-open',
  /** Page to engine: one message in text. */
  toEngine: 'line-to-engine',
  /** Engine to page: one message in text. */
  toPage: 'line-to-page',
  /** Main to page: what was chosen in a menu or in the tray, one of `shellCommands`. */
  command: 'command',
  /** Page to main: from now on it can be asked before the window is closed. */
  closeReady: 'close-ready',
  /** Main to page: somebody wants to close. */
  closeAsked: 'close-asked',
  /** Page to main: it has heard, and says later whether to end. */
  closeHeard: 'close-heard',
} as const;
