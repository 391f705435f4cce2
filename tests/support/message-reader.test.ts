import { expect, it } from 'vitest';
import { int32, message } from './fake-postgres.ts';
import { MessageReader } from './message-reader.ts';

const opening = Buffer.concat([int32(13), Buffer.from('user\0me\0\0')]);
const said = Buffer.concat([
  opening,
  message('Q', 'BEGIN\0'),
  message('d', 'x'.repeat(70_000)),
  message('Q', 'COMMIT\0'),
  message('S'),
]);

it.each([1, 2, 5, 7, 1_000, 100_000])('reads the same messages from pieces of %i bytes', (size) => {
  const reader = new MessageReader();
  const read: string[] = [];
  for (let at = 0; at < said.length; at += size) read.push(...reader.feed(said.subarray(at, at + size)));
  expect(read).toEqual(['QBEGIN\0', 'QCOMMIT\0', 'S']);
});
