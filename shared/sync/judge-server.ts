/*
 * Whether a server is still the one this file synced with (SYNC section 9). Pure: what was stored and what one snapshot shows go in, what may be
 * trusted comes out. An address says nothing; only a mark this file left there itself, the visit, proves that the server still has what it once had.
 */

/** The mark a device leaves on a server each time it has learned something there. */
export interface Visit {
  readonly no: number;
  readonly token: string;
}

/** What is stored here about a server. */
export interface KnownServer {
  readonly system: string;
  readonly databaseOid: string;
  /** History of the cluster; null where nobody may ask for it. */
  readonly timeline: string | null;
  readonly epoch: string;
  /** Horizon of the last complete observation; null before the first, and where Base came from another identity. */
  readonly horizon: string | null;
  /** The visit known to have arrived; null before the first. */
  readonly visit: Visit | null;
  /** The visit that was on its way when something broke: it may have arrived or not. */
  readonly pending: Visit | null;
  /** Whether the last observation could leave no visit, so that rows it read stand for one. */
  readonly witnessed: boolean;
}

/** What became of the rows that stand for a visit: one as it was and none gone back, none as it was, or one that went back or away. */
export type WitnessState = 'found' | 'changed' | 'gone';

/** What one snapshot of the server shows. */
export interface FoundServer {
  readonly system: string;
  readonly databaseOid: string;
  readonly timeline: string | null;
  readonly epoch: string;
  readonly inRecovery: boolean;
  /** The snapshot's xmin. */
  readonly horizon: string;
  /** Tombstones of transactions before this one may be gone. */
  readonly collected: string;
  /** The last visit of this device, with the epoch it was made in. */
  readonly visit: (Visit & { readonly epoch: string | null }) | null;
  /** Null where nothing was asked about. */
  readonly witness: WitnessState | null;
}

/**
 * What may be trusted.
 * - `first`: nothing was ever agreed on to its end, so Base counts only where both are equal.
 * - `known`: Base holds.
 * - `ahead`: Base holds, but the server knows more of this device than the device itself: it was restored or cloned and takes a new id. Only on the server this file has read: on
 *   another, or one that somebody found put back, a twin may have left the later visits after it was put back, without noticing, and what this file saw there is gone.
 * - `put-back`: the server lost what this file saw there (restored, swapped): Base counts only where both are equal.
 * - `lagging`: a standby that is behind: nothing can be concluded, nothing may be stored.
 */
export type Trust = 'first' | 'known' | 'ahead' | 'put-back' | 'lagging';

/** How to read a server and what its answer proves. */
export interface Judgement {
  readonly trust: Trust;
  /** Whether everything is to be read instead of what changed since the horizon. */
  readonly readAll: boolean;
  /** Whether another file goes by this device's id, or this one was put back: it takes a new id. */
  readonly twin: boolean;
  /** Whether a row of Base that is neither there nor remembered as deleted was deleted: only where tombstones were collected and Base holds. */
  readonly absenceProves: boolean;
}

type VisitState = 'none' | 'present' | 'ahead' | 'lost';

function visitState(known: KnownServer, found: FoundServer): VisitState {
  const marks = [known.visit, known.pending].filter((mark) => mark !== null);
  if (marks.length === 0) return 'none';
  const { visit } = found;
  if (visit === null) return known.visit === null ? 'none' : 'lost';
  if (marks.some(({ no, token }) => no === visit.no && token === visit.token)) return 'present';
  if (known.visit === null) return 'none';
  return visit.no > known.visit.no && visit.epoch === known.epoch ? 'ahead' : 'lost';
}

/** Judges a server by its marks. Neither address nor identifiers make it trusted; they only say when everything has to be read again. */
export function judgeServer(known: KnownServer, found: FoundServer): Judgement {
  const behind = known.horizon !== null && BigInt(found.horizon) < BigInt(known.horizon);
  const sameDatabase = known.system === found.system && known.databaseOid === found.databaseOid;
  const sameTimeline = known.timeline === found.timeline || known.timeline === null || found.timeline === null;
  const state = visitState(known, found);
  const twin = state === 'ahead';
  const sameHistory = sameDatabase && known.epoch === found.epoch && sameTimeline;
  const visit = twin && !(sameHistory && known.horizon !== null) ? 'lost' : state;
  const witness = known.witnessed ? (found.witness ?? 'changed') : null;
  const met = known.horizon !== null || known.visit !== null || known.witnessed;
  const doubted =
    visit === 'lost' || (visit === 'none' && witness !== 'found') || (witness !== null && witness !== 'found');
  if (met && found.inRecovery && sameDatabase && (behind || doubted))
    return { trust: 'lagging', readAll: false, twin, absenceProves: false };
  if (!met) return { trust: 'first', readAll: true, twin, absenceProves: false };
  if (doubted) return { trust: 'put-back', readAll: true, twin, absenceProves: false };
  const collected = known.horizon !== null && BigInt(known.horizon) < BigInt(found.collected);
  return {
    trust: visit === 'ahead' ? 'ahead' : 'known',
    twin,
    readAll: known.horizon === null || behind || collected || !sameHistory,
    absenceProves: collected && !behind && sameDatabase,
  };
}
