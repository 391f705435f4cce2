import { useRef, useState } from 'react';
import type { Params, Result } from '../../../shared/contract/contract.ts';
import type { TestStep } from '../../../shared/contract/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { toAppError } from '../../to-app-error.ts';

type TestResult = Result<'connection.test'>;
/** Name of one step of the connection test. */
export type StepId = TestStep['id'];

/** The steps in the order they are made. */
export const stepIds: readonly StepId[] = [
  'name',
  'tcp',
  'tls',
  'login',
  'database',
  'version',
  'rights',
  'schema',
  'clock',
];

/** A test of a connection: its steps as they come in, and how it ended. */
export interface ConnectionTest {
  readonly state: 'none' | 'running' | 'ok' | 'failed';
  readonly steps: readonly TestStep[];
  /** What stands in the database; null when the test did not get that far. */
  readonly server: TestResult['server'];
  /** Why there is no result at all: cancelled, or the values were refused. */
  readonly error: AppError | null;
  readonly ms: number | null;
  readonly run: (params: Params<'connection.test'>) => Promise<TestResult | null>;
  readonly cancel: () => void;
  readonly clear: () => void;
}

type Shown = Pick<ConnectionTest, 'state' | 'steps' | 'server' | 'error' | 'ms'>;

const waiting: readonly TestStep[] = stepIds.map((id) => ({ id, state: 'waiting', code: null, params: {}, ms: null }));
const none: Shown = { state: 'none', steps: waiting, server: null, error: null, ms: null };

/** Runs tests of a connection, one at a time; a new one ends the one before. */
export function useConnectionTest(): ConnectionTest {
  const [shown, setShown] = useState<Shown>(none);
  const abort = useRef<AbortController | null>(null);
  const cancel = (): void => abort.current?.abort();
  const run = async (params: Params<'connection.test'>): Promise<TestResult | null> => {
    cancel();
    const control = new AbortController();
    abort.current = control;
    const current = (change: (old: Shown) => Shown): void => {
      if (abort.current === control) setShown(change);
    };
    const started = performance.now();
    setShown({ ...none, state: 'running' });
    try {
      const result = await call('connection.test', params, {
        signal: control.signal,
        onProgress: ({ step }) => {
          if (step !== undefined) current((old) => ({ ...old, steps: withStep(old.steps, step) }));
        },
      });
      const ms = Math.round(performance.now() - started);
      const { steps, server, ok } = result;
      current(() => ({ state: ok ? 'ok' : 'failed', steps, server, error: null, ms }));
      return abort.current === control ? result : null;
    } catch (caught) {
      const error = toAppError(caught);
      current((old) => ({
        ...old,
        state: error.code === 'cancelled' ? 'none' : 'failed',
        steps: halted(old.steps),
        error,
      }));
      return null;
    }
  };
  const clear = (): void => {
    cancel();
    abort.current = null;
    setShown(none);
  };
  return { ...shown, run, cancel, clear };
}

function withStep(steps: readonly TestStep[], step: TestStep): readonly TestStep[] {
  return steps.map((old) => (old.id === step.id ? step : old));
}

/** A test that was stopped leaves no step running. */
function halted(steps: readonly TestStep[]): readonly TestStep[] {
  return steps.map((step) => (step.state === 'running' ? { ...step, state: 'skipped' } : step));
}
