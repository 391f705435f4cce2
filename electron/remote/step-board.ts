import type { TestStep } from '../../shared/contract/connection.ts';
import { AppError, errorToJson } from '../../shared/errors.ts';
import type { ErrorCode, ErrorParams } from '../../shared/errors.ts';
import type { Finding } from './connection-checks.ts';
import { mapConnectError } from './error-mapping.ts';
import type { Endpoint } from './remote.ts';

type StepId = TestStep['id'];

const stepIds = ['name', 'tcp', 'tls', 'login', 'database', 'version', 'rights', 'schema', 'clock'] as const;

/** Ends a test whose step failed; the step itself holds the reason. */
export class StepFailed extends Error {}

/** The steps and how they stand; tells of each change. */
export class StepBoard {
  readonly #steps = new Map<StepId, TestStep>(
    stepIds.map((id) => [id, { id, state: 'waiting', code: null, params: {}, ms: null }]),
  );
  readonly #tell: (step: TestStep) => void;
  readonly #signal: AbortSignal;

  constructor(tell: ((step: TestStep) => void) | undefined, signal: AbortSignal) {
    this.#tell = tell ?? (() => {});
    this.#signal = signal;
  }

  steps(): TestStep[] {
    return [...this.#steps.values()];
  }

  /** Carries out a step. Throws `StepFailed` when it failed, `cancelled` when the test was stopped. */
  async run(id: StepId, endpoint: Endpoint, work: () => Promise<Finding>): Promise<void> {
    if (this.#signal.aborted) throw new AppError('cancelled');
    const begun = performance.now();
    this.#put({ id, state: 'running', code: null, params: {}, ms: null });
    let finding: Finding;
    try {
      finding = await work();
    } catch (error) {
      if (error instanceof StepFailed) throw error;
      const { code, params } = errorToJson(mapConnectError(error, endpoint));
      if (code === 'cancelled' || this.#signal.aborted) throw new AppError('cancelled');
      finding = { state: 'failed', code, params };
    }
    this.set(id, finding, Math.round(performance.now() - begun));
    if (finding.state === 'failed') throw new StepFailed();
  }

  set(id: StepId, { state, code, params = {}, databases }: Finding, ms: number | null = null): void {
    const step = { id, state, code: code ?? null, params, ms };
    this.#put(databases === undefined ? step : { ...step, databases });
  }

  /** Fails a step other than the one that runs, and with it the test. */
  fail(id: StepId, code: ErrorCode, params: ErrorParams, more: Pick<Finding, 'databases'> = {}): never {
    this.set(id, { state: 'failed', code, params, ...more });
    throw new StepFailed();
  }

  skipRest(): void {
    for (const { id, state } of this.steps())
      if (state === 'waiting' || state === 'running') this.set(id, { state: 'skipped' });
  }

  #put(step: TestStep): void {
    this.#steps.set(step.id, step);
    this.#tell(step);
  }
}
