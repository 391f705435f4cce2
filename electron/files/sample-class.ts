import { tableOf } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Row } from '../../shared/sync/plan.ts';
import type { Language } from '../../shared/text/language.ts';
import enSample from '../../shared/text/en/sample.json' with { type: 'json' };
import zhSample from '../../shared/text/zh-CN/sample.json' with { type: 'json' };
import { insertRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { Stamp } from '../store/stamp.ts';
import { uuidv7 } from '../store/uuid.ts';
import { createRandom, sampleEvents, sampleTerms } from './sample-events.ts';
import type { SampleEvent } from './sample-events.ts';
import { sampleNames } from './sample-names.ts';

const words = { en: enSample, 'zh-CN': zhSample } as const;
type Words = (typeof words)[Language];

const colors = ['#3b6fb6', '#1d7f4f', '#b36b00', '#7b3fb0'] as const;
const prices = [15, 20, 30, 50] as const;
const seed = 20_260_901;
const week = 7 * 86_400_000;

/** What the parts of the sample are made from. */
interface Making {
  readonly store: ClassStore;
  readonly stamp: Stamp;
  readonly words: Words;
  readonly nowMs: number;
  readonly random: () => number;
}

/** An event of the sample with the ids it got. */
interface WrittenEvent extends SampleEvent {
  readonly id: string;
  readonly studentId: string;
  /** Whether a closed round counts it. */
  readonly settled: boolean;
}

/**
 * Fills a new class with 45 students and two terms of points, in the caller's transaction. Content depends on the time and the language alone;
 * ids are fresh, so that two samples are two classes.
 */
export function fillSampleClass(store: ClassStore, stamp: Stamp, language: Language): void {
  const nowMs = Date.parse(stamp.at);
  const making: Making = { store, stamp, words: words[language], nowMs, random: createRandom(seed + 1) };
  const students = addStudents(making, addGroups(making));
  const events = addEvents(making, students);
  addSettlements(making, events);
  addRewards(making, events);
}

function addGroups({ store, words, nowMs }: Making): readonly string[] {
  return words.groups.map((name, sort) => {
    const id = uuidv7(startOf(nowMs));
    add(store, 'group', {
      id,
      name,
      color: colors[sort] ?? colors[0],
      sort: String(sort),
      deleted_at: null,
      deleted_by: null,
    });
    return id;
  });
}

function addStudents({ store, words, nowMs, random }: Making, groups: readonly string[]): readonly string[] {
  const createdAt = startOf(nowMs);
  return sampleNames.map((name, index) => {
    const id = uuidv7(createdAt + index);
    add(store, 'student', {
      id,
      name,
      number: String(index + 1),
      group_id: groups[index % groups.length] ?? null,
      note: index % 15 === 7 ? (words.studentNotes[Math.floor(index / 15)] ?? null) : null,
      avatar_hash: null,
      created_at: iso(createdAt + index),
      deleted_at: null,
      deleted_by: null,
    });
    for (const tag of words.tags) if (random() < 0.12) add(store, 'student_tag', { student_id: id, tag });
    return id;
  });
}

function addEvents({ store, stamp, words, nowMs }: Making, students: readonly string[]): readonly WrittenEvent[] {
  const elsewhere = { id: uuidv7(startOf(nowMs)), name: words.otherDevice };
  const offsetMinutes = -new Date(nowMs).getTimezoneOffset();
  const events = sampleEvents({ seed, students: students.length, nowMs, offsetMinutes, words });
  const lastSettlement = settlementTimes(nowMs).at(-1) ?? 0;
  return events.map((event) => {
    const id = uuidv7(event.atMs);
    const studentId = students[event.student] ?? '';
    const device = event.elsewhere ? elsewhere : { id: stamp.deviceId, name: stamp.deviceName };
    add(store, 'score_event', {
      id,
      student_id: studentId,
      reason_id: event.reasonId,
      text: event.text,
      delta: String(event.delta),
      note: event.note,
      at: iso(event.atMs),
      by: null,
      device_id: device.id,
      device_name: device.name,
    });
    if (event.voidedAtMs !== null) {
      const at = Math.min(event.voidedAtMs, nowMs);
      add(store, 'score_void', { id: uuidv7(at), event_id: id, at: iso(at), by: null, device_name: device.name });
    }
    return { ...event, id, studentId, settled: event.atMs < lastSettlement };
  });
}

/** Closes a round at the end of the first term and another one a few weeks ago, as a teacher would: everything not yet in one goes in. */
function addSettlements({ store, stamp, words, nowMs }: Making, events: readonly WrittenEvent[]): void {
  let from = 0;
  settlementTimes(nowMs).forEach((atMs, index) => {
    const id = uuidv7(atMs);
    add(store, 'settlement', {
      id,
      name: words.settlements[index] ?? '',
      at: iso(atMs),
      by: null,
      device_name: stamp.deviceName,
    });
    for (const event of events) {
      if (event.atMs >= from && event.atMs < atMs)
        add(store, 'settlement_event', { settlement_id: id, event_id: event.id });
    }
    from = atMs;
  });
}

/** Rewards, and what students bought with the points of the rounds that are closed; nobody spends more than he has. */
function addRewards({ store, stamp, words, nowMs, random }: Making, events: readonly WrittenEvent[]): void {
  const rewards = words.rewards.map((name, sort) => {
    const [id, cost] = [uuidv7(startOf(nowMs)), prices[sort] ?? prices[0]];
    add(store, 'reward', {
      id,
      name,
      cost: String(cost),
      limit_per_student: sort === 0 ? '5' : null,
      active: 'true',
      sort: String(sort),
      deleted_at: null,
      deleted_by: null,
    });
    return { id, name, cost };
  });
  const saved = new Map<string, number>();
  for (const { studentId, delta, voidedAtMs, settled } of events) {
    if (settled && voidedAtMs === null) saved.set(studentId, (saved.get(studentId) ?? 0) + delta);
  }
  let bought = 0;
  for (const [studentId, points] of saved) {
    const reward = rewards[Math.floor(random() * rewards.length)];
    if (reward === undefined || reward.cost > points || random() < 0.3) continue;
    const atMs = nowMs - Math.floor((0.2 + random() * 2) * week);
    const id = uuidv7(atMs);
    add(store, 'redemption', {
      id,
      student_id: studentId,
      reward_id: reward.id,
      name: reward.name,
      cost: String(reward.cost),
      status_by: null,
      note: null,
      at: iso(atMs),
      by: null,
      device_name: stamp.deviceName,
    });
    bought += 1;
    if (bought % 12 === 0)
      add(store, 'redemption_void', { id: uuidv7(atMs + 60_000), redemption_id: id, at: iso(atMs + 60_000), by: null });
  }
}

/** When the sample's rounds were closed. */
function settlementTimes(nowMs: number): readonly number[] {
  return [nowMs - sampleTerms.first.to * week, nowMs - 4 * week];
}

function startOf(nowMs: number): number {
  return nowMs - (sampleTerms.first.from + 1) * week;
}

function add(store: ClassStore, table: string, row: Row): void {
  insertRow(store, tableOf(classroomCatalog, table), row);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
