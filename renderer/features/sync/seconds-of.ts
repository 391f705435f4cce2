/** How long a sync took, in seconds with one decimal; never none at all. */
export function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds / 100)) / 10;
}
