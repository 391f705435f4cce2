/** Writes a moment (ISO 8601) as people of a language do: 10:42 on the day of `now`, else the day with it, with the year where it is another. */
export function whenFormat(language: string): (iso: string, now: Date) => string {
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const time = new Intl.DateTimeFormat(language, clock);
  const sameYear = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', ...clock });
  const otherYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric', ...clock });
  return (iso, now) => {
    const at = new Date(iso);
    if (at.toDateString() === now.toDateString()) return time.format(at);
    return (at.getFullYear() === now.getFullYear() ? sameYear : otherYear).format(at);
  };
}
