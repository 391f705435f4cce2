import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter';

/** The same report as vitest-report.ts, for the end-to-end suite. */
export default class SuiteReport implements Reporter {
  #tests: readonly TestCase[] = [];
  #errors = 0;
  #root = '';

  onBegin(config: FullConfig, suite: Suite): void {
    this.#tests = suite.allTests();
    this.#root = config.rootDir;
  }

  /** Called for errors that belong to no test, such as a spec file that cannot be loaded. */
  onError(): void {
    this.#errors += 1;
  }

  onEnd(): void {
    const file = process.env['TALLYBOOK_REPORT'];
    if (file === undefined) return;
    let passed = 0;
    const failed: string[] = [];
    const skipped: { name: string; reason: string | undefined }[] = [];
    for (const test of this.#tests) {
      const name = `${relative(this.#root, test.location.file)}: ${test.title}`;
      const outcome = test.outcome();
      if (outcome === 'expected') passed += 1;
      else if (outcome === 'skipped' && isMeant(test)) skipped.push({ name, reason: reasonOf(test) });
      else failed.push(outcome === 'skipped' ? `${name} (did not run)` : name);
    }
    if (this.#errors > 0) failed.push(`${this.#errors} error(s) outside of a test`);
    writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
  }
}

/** Tests that were never reached (an interrupted run, a failed serial group) also have the outcome "skipped". */
function isMeant(test: TestCase): boolean {
  return test.expectedStatus === 'skipped' || reasonOf(test) !== undefined;
}

function reasonOf(test: TestCase): string | undefined {
  return test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
}
