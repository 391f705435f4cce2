import { afterAll } from 'vitest';

/** Returns where work is handed in that is done after all tests of the file or `describe` it is called in, the last first. */
export function cleanUpAfterAll(): (work: () => Promise<void>) => void {
  const works: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const work of works.toReversed()) await work();
  });
  return (work) => void works.push(work);
}
