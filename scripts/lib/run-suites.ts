import { suites } from './suites.ts';
import type { Report } from './suites.ts';

/** What a suite did, and how long it took. */
type Outcome = { readonly report: Report; readonly seconds: number };

/**
 * Runs the named suites one after the other, prints what each did and returns the exit code. A failed suite does not
 * stop those that do not need it. Filters are parts of file names, passed to the test programs.
 */
export async function runSuites(ids: readonly string[], filters: readonly string[] = []): Promise<number> {
  const done = new Map<string, Outcome>();
  for (const suite of suites.filter(({ id }) => ids.includes(id))) {
    console.log(`\n── ${suite.id} ──`);
    const began = performance.now();
    const needed = suite.needs === undefined ? undefined : done.get(suite.needs);
    const isBlocked = needed !== undefined && needed.report.failed.length > 0;
    const report: Report = isBlocked
      ? { passed: 0, failed: [`not run, because ${suite.needs} failed`], skipped: [] }
      : await suite.run(filters);
    done.set(suite.id, { report, seconds: (performance.now() - began) / 1000 });
  }
  return summarize(done);
}

/** The last line stands alone: `N passed, N failed, N skipped`. */
function summarize(done: ReadonlyMap<string, Outcome>): number {
  const total = { passed: 0, failed: 0, skipped: 0 };
  console.log('\n── summary ──');
  for (const [id, { report, seconds }] of done) {
    const { passed, failed, skipped } = report;
    total.passed += passed;
    total.failed += failed.length;
    total.skipped += skipped.length;
    const counts = `${String(passed).padStart(5)} passed ${String(failed.length).padStart(3)} failed ${String(skipped.length).padStart(3)} skipped`;
    console.log(`${id.padEnd(9)}${counts}  ${seconds.toFixed(1).padStart(6)} s`);
    for (const name of failed) console.log(`          failed:  ${name}`);
    for (const { name, reason } of skipped) console.log(`          skipped: ${name} (${reason ?? 'no reason given'})`);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}
