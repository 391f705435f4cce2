/** The channels between the preload script and the main process; the page sees neither their names nor anything else of Electron. */
export const lineChannels = {
  /** Page to engine: a page was loaded and begins a line of its own. */
  open: 'line-open',
  /** Page to engine: one message in text. */
  toEngine: 'line-to-engine',
  /** Engine to page: one message in text. */
  toPage: 'line-to-page',
} as const;
