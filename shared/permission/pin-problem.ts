/** How many digits a PIN has, at least and at most. */
export const pinDigits = { least: 4, most: 12 } as const;

/** A PIN as it was typed, without what a keyboard adds: digits of other widths are the same digits, and spaces at the ends are none. */
export function tidyPin(typed: string): string {
  return typed.normalize('NFKC').trim();
}

/** What is wrong with a new PIN; null when it will do. */
export function pinProblem(pin: string): 'digits' | 'short' | 'long' | null {
  if (!/^\d*$/.test(pin)) return 'digits';
  if (pin.length < pinDigits.least) return 'short';
  return pin.length > pinDigits.most ? 'long' : null;
}
