import { join } from 'node:path';
import type { Client } from '../../shared/contract/client.ts';
import { appVersion } from './app-version.ts';
import { openFileLog } from './file-log.ts';
import type { FileLog } from './file-log.ts';
import { claimDataFolder } from './folder-claim.ts';
import type { FolderClaim, ShellName } from './folder-claim.ts';
import { clientOf } from './host-client.ts';
import { connectToOwner } from './owner-client.ts';
import type { OwnerInfo } from './private-socket.ts';
import { startEngine } from './supervisor.ts';
import type { SupervisedEngine } from './supervisor.ts';

/** An engine of this process on a folder that is its own. */
export interface OwnEngine {
  readonly kind: 'own';
  readonly engine: SupervisedEngine;
  readonly claim: FolderClaim;
  /** The shell's own log; the engine writes another file. */
  readonly log: FileLog;
  /** Closes the engine in good order, then gives the folder up. */
  close(): Promise<void>;
}

/**
 * Claims the folder and starts an engine on it that other shells of this user can reach; or says who has the folder.
 * Throws what claiming and opening throw.
 */
export async function openOwnEngine(dataFolder: string, shell: ShellName): Promise<OwnEngine | { readonly kind: 'taken'; readonly owner: OwnerInfo }> {
  const result = await claimDataFolder(dataFolder, shell);
  if (result.kind === 'taken') return result;
  const { claim } = result;
  const log = openFileLog({ folder: join(dataFolder, 'logs'), name: shell, now: () => new Date().toISOString() });
  async function giveUp(): Promise<void> {
    log.close();
    await claim.release();
  }
  try {
    const engine = await startEngine({ dataFolder, version: appVersion, checkResults: import.meta.url.endsWith('.ts'), log });
    claim.serve(engine);
    claim.onLost(() => {
      log.write('error', 'folder.lost');
      void engine.close();
    });
    return {
      kind: 'own',
      engine,
      claim,
      log,
      async close() {
        await engine.close();
        await giveUp();
      },
    };
  } catch (error) {
    await giveUp();
    throw error;
  }
}

/** The contract on a data folder, whoever owns it. `close` lets go of it, and closes the engine when it is ours. */
export async function openClient(dataFolder: string, shell: ShellName): Promise<{ readonly client: Client; close(): Promise<void> }> {
  const own = await openOwnEngine(dataFolder, shell);
  if (own.kind === 'own') return { client: clientOf(own.engine), close: () => own.close() };
  const client = await connectToOwner(dataFolder);
  return {
    client,
    close: async () => {
      await Promise.resolve(client.close());
    },
  };
}
