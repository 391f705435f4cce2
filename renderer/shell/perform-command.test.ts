import { expect, test } from 'vitest';
import { provideAskForPin } from '../client.ts';
import { heldEngine } from '../features/sync/preview/held-engine.ts';
import { performCommand } from './perform-command.ts';

test('what the tray may not switch without a PIN is switched in the page, which asks for it', async () => {
  const asked: string[] = [];
  provideAskForPin((level) => {
    asked.push(level);
    return Promise.resolve(true);
  });
  for (const on of [true, false]) {
    const engine = heldEngine('class');
    performCommand(on ? 'keep-on' : 'keep-off');
    (await engine.next('app.state')).answer({ lastClassId: 'class' } as never);
    (await engine.next('class.status')).answer({ connection: { id: 'school' } } as never);
    (await engine.next('continuous.set')).refuse('needs-pin', { level: 'admin' });
    const again = await engine.next('continuous.set');
    expect(again.params).toEqual({ classId: 'class', connectionId: 'school', change: { on } });
    again.answer({} as never);
  }
  expect(asked).toEqual(['admin', 'admin']);
});
