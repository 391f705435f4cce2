import type { z } from 'zod';
import type { Result } from '../../shared/contract/contract.ts';
import type { planFilter } from '../../shared/contract/sync.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import { asksNow } from '../../shared/sync/plan-counts.ts';
import type { Left } from '../../shared/sync/settle.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  countSections,
  listPlaces,
  listRows,
  listedAt,
  type ListFilter,
  type Listed,
  type ListSort,
  type SectionCount,
} from '../store/sync/list-rows.ts';
import { getPlan } from '../store/sync/plan-store.ts';
import { evaluatePlan, lastEvaluation } from './evaluate-plan.ts';
import { fixedLeft } from './fixed-plan.ts';
import { movedRows } from './overruled.ts';
import type { PlanBook } from './plan-book.ts';

/** What a filter asks for, with the rows a direction has to be looked at for as the draft stands. */
type Filter = z.output<typeof planFilter> & Pick<ListFilter, 'moved'>;

const inPlanOrder: ListSort = { by: 'plan', descending: false };

/** Places of the rows a filter keeps, in the order asked for, and where the parts of the list begin. */
export async function planIndex(
  store: ClassStore,
  planId: string,
  asked: Filter,
  sort: ListSort,
  signal: AbortSignal,
): Promise<Result<'plan.index'>> {
  getPlan(store, planId);
  const filter = await withMoved(store, planId, asked, signal);
  if (!asksDraft(filter)) {
    const { ordinals, sections } = placesOf(store, planId, filter, sort);
    return { ordinals: [...ordinals], total: ordinals.length, sections: [...sections] };
  }
  const rows = await keptRows(store, planId, filter, sort, signal);
  const sections: { key: string; from: number }[] = [];
  if (sort.by === 'plan')
    for (const [from, { section }] of rows.entries())
      if (sections.at(-1)?.key !== section) sections.push({ key: section, from });
  return { ordinals: rows.map(({ ordinal }) => ordinal), total: rows.length, sections };
}

/** Places of the rows a filter keeps, in plan order. */
export async function keptOrdinals(
  store: ClassStore,
  planId: string,
  asked: Filter,
  signal: AbortSignal,
): Promise<readonly number[]> {
  getPlan(store, planId);
  const filter = await withMoved(store, planId, asked, signal);
  if (!asksDraft(filter)) return placesOf(store, planId, filter, inPlanOrder).ordinals;
  const rows = await keptRows(store, planId, filter, inPlanOrder, signal);
  return rows.map(({ ordinal }) => ordinal);
}

/** Places of the rows a filter keeps that still ask, in no order. */
export async function askingOrdinals(
  store: ClassStore,
  planId: string,
  asked: Filter,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const filter = await withMoved(store, planId, asked, signal);
  const standing = await standingOf(store, planId, signal);
  const keeps = keptByDraft(filter, standing);
  return [...listedAmong(store, planId, filter, new Set(askingPlaces(standing)))].flatMap((row) =>
    asksNow(row.kind, standing.left.get(row.ordinal)?.reason) && keeps(row) ? [row.ordinal] : [],
  );
}

/** A filter that asks for a direction, with where rows go that somebody let the other value count in. */
async function withMoved(store: ClassStore, planId: string, filter: Filter, signal: AbortSignal): Promise<Filter> {
  if (filter.directions === undefined || getPlan(store, planId).purpose !== 'sync') return filter;
  const moved = movedRows(await evaluatePlan(store, planId, 'sync', signal));
  if (moved.length === 0) return filter;
  return { ...filter, moved: Object.fromEntries(moved.map(({ ordinal, now }) => [ordinal, now])) };
}

async function keptRows(
  store: ClassStore,
  planId: string,
  filter: Filter,
  sort: ListSort,
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const standing = await standingOf(store, planId, signal);
  // Questions are few beside a long list, and all stand in one part of it.
  const among = filter.unresolved === true ? askingPlaces(standing) : undefined;
  return listRows(store, planId, filter, sort, among).filter(keptByDraft(filter, standing));
}

/** What a filter keeps, counted as the draft stands. Rows the draft says nothing about are counted, not read. */
export async function planTally(
  store: ClassStore,
  planId: string,
  asked: Filter,
  signal: AbortSignal,
): Promise<Result<'plan.tally'>> {
  getPlan(store, planId);
  const filter = await withMoved(store, planId, asked, signal);
  const standing = await standingOf(store, planId, signal);
  const sections = new Map<string, { key: string; total: number; ticked: number; tickable: number }>();
  const sum = { total: 0, ticked: 0, tickable: 0, conflicts: 0, undecided: 0 };
  const add = (key: string, count: number, ticked: number, tickable: number): void => {
    const section = sections.get(key) ?? { key, total: 0, ticked: 0, tickable: 0 };
    sections.set(key, section);
    for (const part of [section, sum]) {
      part.total += count;
      part.ticked += ticked;
      part.tickable += tickable;
    }
  };
  const keeps = filter.unresolved === true || filter.chosen !== undefined ? keptByDraft(filter, standing) : null;
  if (keeps === null) {
    for (const { section, kind, count } of sectionsOf(store, planId, filter)) {
      add(section, count, count, count);
      if (kind === 'conflict') sum.conflicts += count;
    }
  }
  const spoken = new Set([...standing.left.keys(), ...standing.choices.keys()]);
  for (const { ordinal, section, kind } of listedAmong(store, planId, filter, spoken)) {
    if (keeps !== null && !keeps({ ordinal, kind })) continue;
    const reason = standing.left.get(ordinal)?.reason;
    if (keeps === null && filter.unresolved === false && asksNow(kind, reason)) {
      add(section, -1, -1, -1);
      if (kind === 'conflict') sum.conflicts -= 1;
      continue;
    }
    const ticked = reason === undefined ? 1 : 0;
    const tickable = ticked === 1 || reason === 'unticked' || (reason === 'skipped' && kind !== 'conflict') ? 1 : 0;
    if (keeps === null) add(section, 0, ticked - 1, tickable - 1);
    else {
      add(section, 1, ticked, tickable);
      if (kind === 'conflict') sum.conflicts += 1;
    }
    if (kind === 'conflict' && asksNow(kind, reason)) sum.undecided += 1;
  }
  return { ...sum, sections: [...sections.values()].filter(({ total }) => total > 0) };
}

/** More places than these are looked up in the whole list, which is kept, and not read one by one. */
const FEW = 500;

/** Of some places of a plan those a filter keeps, with the part of the list they stand in. */
function listedAmong(
  store: ClassStore,
  planId: string,
  filter: Filter,
  ordinals: ReadonlySet<number>,
): Iterable<Listed> {
  const book = ordinals.size > FEW ? lastEvaluation(store, planId)?.book : undefined;
  return book === undefined
    ? listedAt(store, planId, filter, ordinals)
    : listedIn(placesOf(store, planId, filter, inPlanOrder), ordinals, book);
}

function* listedIn(
  { ordinals, sections }: ReturnType<typeof listPlaces>,
  wanted: ReadonlySet<number>,
  book: PlanBook,
): Generator<Listed> {
  for (const [index, { key: section, from }] of sections.entries()) {
    const end = sections[index + 1]?.from ?? ordinals.length;
    for (let at = from; at < end; at += 1) {
      const ordinal = ordinals[at] ?? 0;
      const sort = wanted.has(ordinal) ? book.sortAt(ordinal) : undefined;
      if (sort !== undefined) yield { ordinal, section, kind: sort.kind };
    }
  }
}

/** Answers to the last questions: the rows of a plan do not change once it is open, only what its draft makes of them. */
type Answers<Answer> = WeakMap<ClassStore, Map<string, Answer>>;
const counts: Answers<readonly SectionCount[]> = new WeakMap();
const places: Answers<ReturnType<typeof listPlaces>> = new WeakMap();
/** How many are kept of each sort: a filter put in and taken out, an order turned around and back. */
const ANSWERS_KEPT = 4;

function sectionsOf(store: ClassStore, planId: string, filter: Filter): readonly SectionCount[] {
  return answered(counts, store, planId, keyOf(filter), () => countSections(store, planId, filter));
}

function placesOf(store: ClassStore, planId: string, filter: Filter, sort: ListSort): ReturnType<typeof listPlaces> {
  const question = `${sort.by} ${sort.descending} ${keyOf(filter)}`;
  return answered(places, store, planId, question, () => listPlaces(store, planId, filter, sort));
}

function keyOf({ kinds, directions, tables, search, moved }: Filter): string {
  return JSON.stringify([kinds, directions, tables, search, moved]);
}

function answered<Answer>(
  answers: Answers<Answer>,
  store: ClassStore,
  planId: string,
  question: string,
  find: () => Answer,
): Answer {
  if (getPlan(store, planId).state === 'making') return find();
  const kept = answers.get(store) ?? new Map<string, Answer>();
  answers.set(store, kept);
  const key = `${planId} ${question}`;
  const found = kept.get(key) ?? find();
  kept.delete(key);
  kept.set(key, found);
  for (const oldest of kept.keys()) if (kept.size > ANSWERS_KEPT) kept.delete(oldest);
  return found;
}

/** What the draft of a plan makes of its rows. */
interface Standing {
  readonly left: ReadonlyMap<number, Pick<Left, 'reason'>>;
  readonly choices: ReadonlyMap<number, Choice>;
}

/** What the draft of a plan makes of its rows; of one that only follows what a run did, what takes no part by itself or by its tick. */
export async function standingOf(store: ClassStore, planId: string, signal: AbortSignal): Promise<Standing> {
  if (getPlan(store, planId).purpose === 'sync') return await evaluatePlan(store, planId, 'sync', signal);
  return { left: fixedLeft(store, planId), choices: new Map() };
}

/** What of a row the draft's part of a filter asks for. */
type RowSort = Pick<Listed, 'ordinal' | 'kind'>;

/** Whether a filter asks for something only the draft knows. */
function asksDraft({ unresolved, chosen }: Filter): boolean {
  return unresolved !== undefined || chosen !== undefined;
}

/** Places of the rows that may need a person: `asksNow` has the last word. */
function askingPlaces({ left }: Standing): readonly number[] {
  return [...left].flatMap(([ordinal, { reason }]) => (asksNow('conflict', reason) ? [ordinal] : []));
}

/** Why a row cannot be applied, whatever is decided. */
const unapplied: ReadonlySet<string> = new Set(['refused', 'server-rule', 'parent-lost', 'value-held', 'check']);

function keptByDraft({ unresolved, chosen }: Filter, { left, choices }: Standing): (row: RowSort) => boolean {
  return ({ ordinal, kind }) => {
    const reason = left.get(ordinal)?.reason;
    if (unresolved !== undefined && unresolved !== asksNow(kind, reason)) return false;
    if (chosen === undefined) return true;
    const choice = choices.get(ordinal)?.choice;
    if (reason === 'unticked') return chosen.includes('out') || (choice !== undefined && chosen.includes(choice));
    if (reason !== undefined && unapplied.has(reason)) return chosen.includes('refused');
    return choice !== undefined && chosen.includes(choice);
  };
}
