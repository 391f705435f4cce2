/** How many copies stay: the newest ones, and the newest of each day and of each week that has any. */
export const backupRetention = { latest: 10, daily: 7, weekly: 4 } as const;

/**
 * Which copies of a class stay, by the times they were made (ISO 8601 UTC). Days and weeks without a copy do not count, so that a holiday does
 * not use up what was kept before it.
 */
export function backupsToKeep(
  times: readonly string[],
  retention: typeof backupRetention = backupRetention,
): ReadonlySet<string> {
  const newestFirst = [...new Set(times)].toSorted().toReversed();
  return new Set([
    ...newestFirst.slice(0, retention.latest),
    ...newestOfEach(newestFirst, dayOf).slice(0, retention.daily),
    ...newestOfEach(newestFirst, weekOf).slice(0, retention.weekly),
  ]);
}

function newestOfEach(newestFirst: readonly string[], spanOf: (time: string) => string): readonly string[] {
  const found = new Map<string, string>();
  for (const time of newestFirst) {
    const span = spanOf(time);
    if (!found.has(span)) found.set(span, time);
  }
  return [...found.values()];
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}

/** The Monday a time's week began with. */
function weekOf(time: string): string {
  const midnight = new Date(`${dayOf(time)}T00:00:00.000Z`);
  const sinceMonday = (midnight.getUTCDay() + 6) % 7;
  return new Date(midnight.getTime() - sinceMonday * 86_400_000).toISOString().slice(0, 10);
}
