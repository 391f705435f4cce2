import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** The same report as vitest-report.mjs, for the end-to-end suite. */
export default class SuiteReport {
  #suite;
  #errors = 0;
  #root = '';

  onBegin(config, suite) {
    this.#suite = suite;
    this.#root = config.rootDir;
  }

  /** Called for errors that belong to no test, such as a spec file that cannot be loaded. */
  onError() {
    this.#errors += 1;
  }

  onEnd() {
    const file = process.env.TALLYBOOK_REPORT;
    if (file === undefined) return;
    const report = { passed: 0, failed: [], skipped: [] };
    for (const test of this.#suite?.allTests() ?? []) {
      const name = `${relative(this.#root, test.location.file)}: ${test.title}`;
      const outcome = test.outcome();
      if (outcome === 'expected') report.passed += 1;
      else if (outcome === 'skipped' && isMeant(test)) report.skipped.push({ name, reason: reasonOf(test) });
      else report.failed.push(outcome === 'skipped' ? `${name} (did not run)` : name);
    }
    if (this.#errors > 0) report.failed.push(`${this.#errors} error(s) outside of a test`);
    writeFileSync(file, JSON.stringify(report));
  }
}

/** Tests that were never reached (an interrupted run, a failed serial group) also have the outcome "skipped". */
function isMeant(test) {
  return test.expectedStatus === 'skipped' || test.results.some(({ status }) => status === 'skipped' && reasonOf(test));
}

function reasonOf(test) {
  return test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
}
