import type { Answer } from './answer.ts';
import type { Words } from './words.ts';
import { errorToJson } from '../../shared/errors.ts';
import type { ErrorJson } from '../../shared/errors.ts';

/** Writes text and waits until it is handed over. A reader that went away (`| head`) ends the output quietly. */
export type Write = (text: string) => Promise<void>;

/** Makes a `Write` of a stream. */
export function writer(stream: NodeJS.WritableStream): Write {
  let gone = false;
  stream.on('error', () => (gone = true));
  return async (text) => {
    if (gone || text === '') return;
    await new Promise<void>((done) => stream.write(text, () => done()));
  };
}

/** The answer as exactly one JSON document. When a stream breaks off, the document still ends well and carries the `error`, which is returned. */
export async function writeJson(write: Write, answer: Answer): Promise<ErrorJson | undefined> {
  const { stream } = answer;
  if (stream === undefined) {
    await write(`${JSON.stringify(answer.json)}\n`);
    return undefined;
  }
  const head = JSON.stringify(answer.json).slice(0, -1);
  await write(`${head}${head === '{' ? '' : ','}${JSON.stringify(stream.key)}:[`);
  let failure: ErrorJson | undefined;
  let separator = '\n';
  try {
    for await (const item of stream.items) {
      await write(separator + JSON.stringify(item));
      separator = ',\n';
    }
  } catch (error) {
    failure = errorToJson(error);
  }
  await write(failure === undefined ? '\n]}\n' : `\n],"error":${JSON.stringify(failure)}}\n`);
  return failure;
}

/** The answer as lines for people. */
export async function writeLines(write: Write, answer: Answer, words: Words): Promise<void> {
  for (const line of answer.lines(words)) await write(`${line}\n`);
  if (answer.stream === undefined) return;
  for await (const item of answer.stream.items) {
    for (const line of answer.stream.line(item)) await write(`${line}\n`);
  }
}
