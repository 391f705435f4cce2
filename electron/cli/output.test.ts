import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { Answer } from './answer.ts';
import { writeJson, writer } from './output.ts';

async function* numbers(count: number, error?: AppError): AsyncGenerator<number> {
  for (let number = 1; number <= count; number += 1) yield await Promise.resolve(number);
  if (error !== undefined) throw error;
}

const streamed = (json: Answer['json'], items: AsyncIterable<unknown>): Answer => ({
  json,
  lines: () => [],
  stream: { key: 'rows', items, line: () => [] },
});

async function written(answer: Answer): Promise<{ readonly document: unknown; readonly failure: unknown }> {
  const stream = new PassThrough();
  const all = text(stream);
  const failure = await writeJson(writer(stream), answer);
  stream.end();
  const document: unknown = JSON.parse(await all);
  return { document, failure };
}

describe('a JSON document', () => {
  it('ends with the streamed items, none or many', async () => {
    expect((await written(streamed({ planId: 'x' }, numbers(3)))).document).toEqual({ planId: 'x', rows: [1, 2, 3] });
    expect((await written(streamed({}, numbers(0)))).document).toEqual({ rows: [] });
  });

  it('stays one document when the items break off, and says why', async () => {
    const { document, failure } = await written(streamed({ planId: 'x' }, numbers(2, new AppError('engine-crashed'))));
    expect(document).toEqual({ planId: 'x', rows: [1, 2], error: { code: 'engine-crashed', params: {} } });
    expect(failure).toEqual({ code: 'engine-crashed', params: {} });
  });

  it('is given up quietly when the reader went away', async () => {
    const stream = new PassThrough();
    const write = writer(stream);
    stream.destroy(new Error('EPIPE'));
    await write('nobody reads this');
    await expect(write('nor this')).resolves.toBeUndefined();
  });
});
