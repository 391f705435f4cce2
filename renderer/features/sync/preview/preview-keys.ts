/** What a key does on the list of changes. */
export type ListCommand =
  | 'keep-local'
  | 'keep-server'
  | 'merge'
  | 'both'
  | 'skip'
  | 'reset'
  | 'next'
  | 'previous'
  | 'close'
  | 'help';

/** What a key does anywhere on the page. `held`: nothing, because what it began is begun once, by a press; what follows it is another list. */
export type PageCommand = 'undo' | 'redo' | 'refresh' | 'go' | 'find' | 'held';

/** The parts of a key press that matter here. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** The key is held down, and comes again by itself. */
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

/** Letters by what they mean where they are, else by their place on the keyboard: a Chinese input method swallows the letter. */
function letterOf({ key, code }: KeyPress): string | null {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  // A letter of another alphabet, or a key an input method took.
  if (key.length === 1 && !/\p{L}/u.test(key)) return null;
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null;
}

const letters: Readonly<Record<string, ListCommand>> = {
  l: 'keep-local',
  s: 'keep-server',
  m: 'merge',
  b: 'both',
  k: 'skip',
};

/** Keys that work while the list has the focus; single letters only there. */
export function listCommand(press: KeyPress): ListCommand | null {
  if (press.isComposing || press.altKey || press.ctrlKey || press.metaKey) return null;
  if (press.key === 'Backspace') return 'reset';
  if (press.key === 'Escape') return 'close';
  if (press.key === '?' || press.key === '？') return 'help';
  const letter = letterOf(press);
  if (letter === 'n') return press.shiftKey ? 'previous' : 'next';
  return letter === null || press.shiftKey ? null : (letters[letter] ?? null);
}

/** Keys that work anywhere on the page. `inField`: the focus is where text is typed, which has an undo of its own, and nothing is begun before what was typed is used. */
export function pageCommand(press: KeyPress, inField: boolean): PageCommand | null {
  if (press.isComposing || press.altKey) return null;
  const control = press.ctrlKey || press.metaKey;
  if (press.key === 'F5' && !control && !press.shiftKey) return press.repeat ? 'held' : 'refresh';
  if (!control) return null;
  // What was typed there is not used yet: the sync would go without it.
  if (press.key === 'Enter') return inField ? null : press.repeat ? 'held' : 'go';
  const letter = letterOf(press);
  if (letter === 'f') return press.shiftKey ? null : 'find';
  if (inField) return null;
  if (letter === 'z') return press.shiftKey ? 'redo' : 'undo';
  return letter === 'y' ? 'redo' : null;
}
