/** `npm run check`: types, lint, formatting and unused code; what an editor cannot see at a glance. */
import { runSuites } from '../lib/run-suites.ts';

process.exitCode = await runSuites(['types', 'lint']);
