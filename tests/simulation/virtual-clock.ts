/** Where the time of a simulation begins: later than any real time a file could hold, so that the two are never mixed up. */
const beginning = Date.UTC(2036, 2, 3, 8);

/**
 * The time of a simulation. It stands still within a step, so that a seed gives the same times on every machine; devices may have clocks that are wrong.
 * It stands in for the clock of this process, as another computer's clock would.
 */
export class VirtualClock {
  #now = beginning;
  /** How far the clock of the device that acts is ahead, in milliseconds. */
  skewMs = 0;
  readonly #real = globalThis.Date;

  /** True time, in milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  /** Time that passed, as a clock that nobody can set says it, in milliseconds. */
  get sinceBeginning(): number {
    return this.#now - beginning;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** From now on this process has the simulation's time, from its beginning. */
  install(): void {
    this.#now = beginning;
    this.skewMs = 0;
    const readClock = (): number => this.#now + this.skewMs;
    class SimulatedDate extends this.#real {
      constructor(...args: readonly unknown[]) {
        super(...((args.length === 0 ? [readClock()] : args) as [number]));
      }
      static override now(): number {
        return readClock();
      }
    }
    globalThis.Date = SimulatedDate as DateConstructor;
  }

  /** This process has its own time again. */
  uninstall(): void {
    globalThis.Date = this.#real;
  }
}
