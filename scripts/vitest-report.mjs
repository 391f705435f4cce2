import { writeFileSync } from 'node:fs';

/**
 * Writes what a vitest run really did, for the summary of `npm test`, into the file named by TALLYBOOK_REPORT:
 * `{ passed, failed: [name], skipped: [{ name, reason }] }`.
 */
export default class SuiteReport {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandled errors that belong to no test
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env.TALLYBOOK_REPORT;
    if (file === undefined) return;
    const report = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to count, and must still count.
      if (module.errors().length > 0) report.failed.push(module.relativeModuleId);
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId}: ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') report.passed += 1;
        else if (result.state === 'skipped') report.skipped.push({ name, reason: result.note });
        else report.failed.push(name);
      }
    }
    if (unhandled.length > 0) report.failed.push(`${unhandled.length} error(s) outside of a test`);
    writeFileSync(file, JSON.stringify(report));
  }
}
