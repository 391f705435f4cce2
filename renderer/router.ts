import { useSyncExternalStore } from 'react';

/** Where the page is: the part before the question mark in steps, and what is filtered, sorted or chosen. */
export interface Route {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads a fragment such as `#/history?student=…`; anything else is the home page. */
export function parseRoute(hash: string): Route {
  if (!hash.startsWith('#/')) return { path: ['class'], query: new URLSearchParams() };
  const mark = hash.indexOf('?');
  const path = (mark < 0 ? hash.slice(2) : hash.slice(2, mark)).split('/').filter((step) => step !== '');
  return {
    path: path.length === 0 ? ['class'] : path.map(decode),
    query: new URLSearchParams(mark < 0 ? '' : hash.slice(mark + 1)),
  };
}

/** The fragment of a page: `href('history', { student: id })`. Empty values are left out. */
export function href(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') kept.set(name, value);
  const text = kept.toString();
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}

/** Goes to a page; `replace` leaves no step in the history. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  if (location.hash === to) return;
  if (options.replace === true) {
    history.replaceState(history.state, '', to);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = to;
  }
}

/** Sets some values of the address without a step in the history; `null` takes one out. */
export function setQuery(change: Readonly<Record<string, string | null>>): void {
  const { path, query } = parseRoute(location.hash);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  navigate(href(path.map(encodeURIComponent).join('/'), Object.fromEntries(query)), { replace: true });
}

/** The place the page is at, followed. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(follow, () => location.hash);
  return parseRoute(hash);
}

function follow(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
