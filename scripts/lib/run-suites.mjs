import { suites } from './suites.mjs';

/**
 * Runs the suites one after the other and prints what each did. A failed suite does not stop those that do not need it.
 *
 * @param {readonly string[]} ids which suites
 * @param {readonly string[]} filters passed to the test programs (parts of file names)
 * @returns {Promise<number>} exit code
 */
export async function runSuites(ids, filters = []) {
  const done = new Map();
  for (const suite of suites.filter(({ id }) => ids.includes(id))) {
    console.log(`\n── ${suite.id} ──`);
    const began = performance.now();
    const isBlocked = suite.needs !== undefined && done.get(suite.needs)?.report.failed.length > 0;
    const report = isBlocked
      ? { passed: 0, failed: [`not run, because ${suite.needs} failed`], skipped: [] }
      : await suite.run(filters);
    done.set(suite.id, { report, seconds: (performance.now() - began) / 1000 });
  }
  return summarize(done);
}

/** The last line stands alone: `N passed, N failed, N skipped`. */
function summarize(done) {
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
