/** How much the bridge takes from whoever connects. Times in milliseconds. */
export interface BridgeLimits {
  /** TCP connections at the same time. */
  readonly connections: number;
  /** Pages at the same time. */
  readonly pages: number;
  readonly headerBytes: number;
  /** Until the headers of a request must be here, and the whole request. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Requests and upgrades within the window. */
  readonly requests: number;
  readonly upgrades: number;
  readonly windowMs: number;
  /** One message of a page. */
  readonly frameBytes: number;
  /** Messages of one page within the window. */
  readonly messages: number;
  /** A page that does not answer a ping for this long, or is in the middle of one message for this long, is gone. */
  readonly silenceMs: number;
  /** What may wait to be read by a slow page. */
  readonly bufferedBytes: number;
}

/** Ample for a page, little for anything else. */
export const defaultLimits: BridgeLimits = {
  connections: 64,
  pages: 16,
  headerBytes: 16_384,
  headersMs: 5000,
  requestMs: 10_000,
  requests: 1000,
  upgrades: 200,
  windowMs: 10_000,
  frameBytes: 8_000_000,
  messages: 5000,
  silenceMs: 30_000,
  bufferedBytes: 64_000_000,
};
