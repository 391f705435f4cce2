import { builtInReasons } from '../../shared/model/built-in-reasons.ts';
import type { BuiltInReasonKey } from '../../shared/model/built-in-reasons.ts';

/** One award of the sample: who (by place in the roster), what, when. */
export interface SampleEvent {
  readonly student: number;
  readonly reasonId: string | null;
  readonly text: string;
  readonly delta: number;
  readonly note: string | null;
  readonly atMs: number;
  /** Recorded on the other device of the sample. */
  readonly elsewhere: boolean;
  /** When it was undone, if it was. */
  readonly voidedAtMs: number | null;
}

/** Words of the sample that a language brings. */
export interface SampleWords {
  readonly extra: readonly string[];
  readonly wholeClass: readonly string[];
  readonly notes: readonly string[];
}

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const minute = 60_000;
const day = 86_400_000;

/** Weeks before now: two terms with holidays between them, the second one still going on. */
export const sampleTerms = { first: { from: 41, to: 23 }, second: { from: 20, to: 0 } } as const;

/** How often a reason is given, of 100 awards; what is left is something of the teacher's own. */
const frequency: Readonly<Record<BuiltInReasonKey, number>> = {
  homework: 24,
  answered: 25,
  helped: 13,
  question: 7,
  progress: 5,
  teamwork: 7,
  duty: 5,
  late: 4,
  disruptive: 4,
  'no-homework': 3,
};

/** How one student does: many awards or few, mostly good ones or not. */
interface Temper {
  readonly activity: number;
  readonly kindness: number;
}

/**
 * Two terms of awards for a class, oldest first, none later than `nowMs`. The same seed, class size and time give the same events.
 * `offsetMinutes` is how far local time is ahead of UTC: lessons are in the morning.
 */
export function sampleEvents(options: {
  readonly seed: number;
  readonly students: number;
  readonly nowMs: number;
  readonly offsetMinutes: number;
  readonly words: SampleWords;
}): readonly SampleEvent[] {
  const random = createRandom(options.seed);
  const tempers = Array.from({ length: options.students }, (): Temper => ({
    activity: 0.5 + random(),
    kindness: 0.7 + 0.6 * random(),
  }));
  const events = schoolDays(options.nowMs, options.offsetMinutes).flatMap((startMs) =>
    schoolDay(startMs, tempers, options.words, random),
  );
  return events.filter(({ atMs }) => atMs <= options.nowMs).toSorted((a, b) => a.atMs - b.atMs);
}

/** The times school begins, 08:00 local, on the weekdays of both terms. */
function schoolDays(nowMs: number, offsetMinutes: number): readonly number[] {
  const midnight = Math.floor((nowMs + offsetMinutes * minute) / day) * day - offsetMinutes * minute;
  const days: number[] = [];
  for (const { from, to } of [sampleTerms.first, sampleTerms.second]) {
    for (let ago = from * 7; ago >= to * 7; ago -= 1) {
      const start = midnight - ago * day + 8 * 60 * minute;
      const weekday = new Date(start + offsetMinutes * minute).getUTCDay();
      if (weekday >= 1 && weekday <= 5) days.push(start);
    }
  }
  return days;
}

function schoolDay(
  startMs: number,
  tempers: readonly Temper[],
  words: SampleWords,
  random: () => number,
): readonly SampleEvent[] {
  const count = 10 + Math.floor(random() * 14);
  const single = Array.from({ length: count }, () =>
    award(startMs + random() * 7.5 * 60 * minute, tempers, words, random),
  );
  return random() < 0.03
    ? [...single, ...wholeClass(startMs + 6 * 60 * minute, tempers.length, words, random)]
    : single;
}

function award(atMs: number, tempers: readonly Temper[], words: SampleWords, random: () => number): SampleEvent {
  const student = pickWeighted(
    tempers.map(({ activity }) => activity),
    random,
  );
  const kindness = tempers[student]?.kindness ?? 1;
  const weights = builtInReasons.map(({ key, delta }) => frequency[key] * (delta > 0 ? kindness : 2 - kindness));
  const chosen = builtInReasons[pickWeighted([...weights, 3], random)];
  const base =
    chosen === undefined
      ? { reasonId: null, text: pick(words.extra, random), delta: 2 + Math.floor(random() * 4) }
      : { reasonId: chosen.id, text: chosen.text, delta: chosen.delta };
  return {
    ...base,
    student,
    note: random() < 0.04 ? pick(words.notes, random) : null,
    atMs: Math.floor(atMs),
    elsewhere: random() < 0.15,
    voidedAtMs: random() < 0.012 ? Math.floor(atMs + (1 + random() * 9) * minute) : null,
  };
}

function wholeClass(atMs: number, students: number, words: SampleWords, random: () => number): readonly SampleEvent[] {
  const text = pick(words.wholeClass, random);
  const at = Math.floor(atMs + random() * 30 * minute);
  return Array.from({ length: students }, (_, student) => ({
    student,
    reasonId: null,
    text,
    delta: 1,
    note: null,
    atMs: at,
    elsewhere: false,
    voidedAtMs: null,
  }));
}

function pickWeighted(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found === -1 ? weights.length - 1 : found;
}

/** One of a list that is not empty. */
export function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? '';
}
