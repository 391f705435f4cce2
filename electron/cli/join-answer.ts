import type { Result } from '../../shared/contract/contract.ts';
import type { Answer } from './answer.ts';
import { runExitCode, runLines } from './run-answer.ts';
import { classShape, connectionShape, runResultShape } from './shapes.ts';

/** What joining a class says: the class made here, or the one that was here and is connected again, its connection and the first pull. */
export function joinAnswer(
  { class: item, connection, run }: Result<'class.join'>,
  more: { readonly reconnected?: boolean } = {},
): Answer {
  const said = more.reconnected === true ? 'class.reconnected' : 'class.joined';
  return {
    json: {
      items: [classShape(item)],
      connection: connectionShape(connection),
      run: run === null ? null : runResultShape(run),
      ...more,
    },
    lines: (words) => [
      words.t(said, { name: item.name, students: item.students, connection: connection.name }),
      ...(run === null ? [] : runLines(run, words)),
    ],
    exitCode: run === null ? 0 : runExitCode(run),
  };
}
