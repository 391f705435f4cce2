import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes what a vitest run really did, for the summary of `npm test`, into the file named by TALLYBOOK_REPORT:
 * `{ passed, failed: [name], skipped: [{ name, reason }] }`.
 */
export default class SuiteReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env['TALLYBOOK_REPORT'];
    if (file === undefined) return;
    let passed = 0;
    const failed: string[] = [];
    const skipped: { name: string; reason: string | undefined }[] = [];
    for (const module of modules) {
      // A file that cannot be loaded has no tests to count, and must still count.
      if (module.errors().length > 0) failed.push(module.relativeModuleId);
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId}: ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') skipped.push({ name, reason: result.note });
        else failed.push(name);
      }
    }
    if (unhandled.length > 0) failed.push(`${unhandled.length} error(s) outside of a test`);
    writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
  }
}
