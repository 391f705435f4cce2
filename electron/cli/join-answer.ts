import type { Result } from '../../shared/contract/contract.ts';
import type { Answer } from './answer.ts';
import { runExitCode, runLines } from './run-answer.ts';
import { classShape, connectionShape, runResultShape } from './shapes.ts';

/** What joining a class says: the class made here, its connection and the first pull. */
export function joinAnswer({ class: item, connection, run }: Result<'class.join'>): Answer {
  return {
    json: {
      items: [classShape(item)],
      connection: connectionShape(connection),
      run: run === null ? null : runResultShape(run),
    },
    lines: (words) => [
      words.t('class.joined', { name: item.name, students: item.students, connection: connection.name }),
      ...(run === null ? [] : runLines(run, words)),
    ],
    exitCode: run === null ? 0 : runExitCode(run),
  };
}
