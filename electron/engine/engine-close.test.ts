import { expect, it, vi } from 'vitest';
import { longestStopMs } from '../builtin-server/builtin-server.ts';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { createEngine } from './engine.ts';
import { clientOf } from './host-client.ts';

it('P9: a close says that a copy of what changed gets on, so that a large class has the time it takes', async () => {
  const engine = createEngine({ dataFolder: tempFolder(), version: '1.0.0', checkResults: true });
  const client = clientOf(engine);
  await client.call('app.setDevice', { name: 'A' });
  const { id: classId } = await client.call('class.create', { name: '5B', sample: true });
  await client.call('group.add', { classId, name: 'Red' });
  client.close();
  const waits = vi.fn<(ms: number) => void>();
  await engine.close(waits);
  expect([waits.mock.calls[0], waits.mock.calls.at(-1)]).toEqual([[0], [longestStopMs]]);
});
