import type { IncomingMessage } from 'node:http';
import { isToken, newToken } from '../engine/token.ts';

/** What came of looking at a request before anything is done for it. */
export type Verdict = { readonly kind: 'pass' } | { readonly kind: 'refuse'; readonly status: number };

/** Where the page opens its socket. */
export const linePath = '/line';

const pass: Verdict = { kind: 'pass' };

function refuse(status: number): Verdict {
  return { kind: 'refuse', status };
}

/**
 * Whether a request may come from our own page or from a person who opened our address. `authority` is `127.0.0.1:PORT`.
 * The host is compared as it was sent: a name that someone made point to 127.0.0.1 is not our address.
 */
export function judgeRequest(request: IncomingMessage, authority: string): Verdict {
  if (count(request, 'host') !== 1 || request.headers.host !== authority) return refuse(421);
  const { origin } = request.headers;
  if (count(request, 'origin') > 1 || (origin !== undefined && origin !== `http://${authority}`)) return refuse(403);
  const site = request.headers['sec-fetch-site'];
  const isNavigation =
    request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) return refuse(403);
  return pass;
}

/** The same for an upgrade to a socket, which only our own page asks for: here the origin must be there. */
export function judgeUpgrade(request: IncomingMessage, authority: string): Verdict {
  const verdict = judgeRequest(request, authority);
  if (verdict.kind === 'refuse') return verdict;
  if (request.headers.origin === undefined) return refuse(403);
  if (request.method !== 'GET' || request.url !== linePath) return refuse(404);
  return pass;
}

function count(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}

/** The secrets that let a page in. */
export interface Secrets {
  /** Good for the life of the bridge. */
  readonly token: string;
  /** A secret for one page, good once and for a minute: it is seen by other users of the PC where it stands in a command line. */
  newTicket(): string;
  /** Whether the offered protocols hold the token, or a ticket, which is then used up. */
  admits(protocols: ReadonlySet<string>): 'token' | 'ticket' | undefined;
  /** Whether {@link admits} would let this secret in now; uses nothing up. */
  knows(secret: string): boolean;
}

const ticketMs = 60_000;
const maxTickets = 16;

/** Makes the secrets of one bridge. */
export function createSecrets(now: () => number = () => performance.now()): Secrets {
  const token = newToken();
  let tickets: { readonly text: string; readonly until: number }[] = [];
  const isOurs = (secret: string): boolean => isToken(`token.${token}`, secret);
  const ticketOf = (secrets: readonly string[]) =>
    tickets.find((ticket) => ticket.until > now() && secrets.some((text) => isToken(`ticket.${ticket.text}`, text)));
  return {
    token,
    newTicket() {
      const text = newToken();
      tickets = [...tickets.slice(1 - maxTickets), { text, until: now() + ticketMs }];
      return text;
    },
    admits(protocols) {
      const given = [...protocols].slice(0, 4);
      if (given.some(isOurs)) return 'token';
      const used = ticketOf(given);
      if (used === undefined) return undefined;
      tickets = tickets.filter((ticket) => ticket !== used);
      return 'ticket';
    },
    knows: (secret) => isOurs(secret) || ticketOf([secret]) !== undefined,
  };
}
