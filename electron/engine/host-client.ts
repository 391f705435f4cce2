import type { Capabilities, Client } from '../../shared/contract/client.ts';
import { createWireClient } from '../../shared/contract/wire-client.ts';
import type { FromEngine } from '../../shared/contract/wire.ts';
import type { EngineHost } from './host.ts';

/** What a caller without a window can do. */
export const inProcessCapabilities: Capabilities = {
  shell: 'in-process',
  osDialogs: false,
  ownWindow: false,
};

/**
 * The contract for code in the same process, over the engine itself or over its supervisor.
 * Answers arrive in a later turn, as they would over any other line.
 */
export function clientOf(host: EngineHost, capabilities: Capabilities = inProcessCapabilities): Client {
  const client = createWireClient({ capabilities, onClose: () => line.close() });
  const line = host.connect((message: FromEngine) => queueMicrotask(() => client.receive(message)));
  client.attach((message) => line.receive(message));
  return client;
}
