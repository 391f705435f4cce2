import { join } from 'node:path';
import { appVersion } from './app-version.ts';
import { openFileLog } from './file-log.ts';
import type { FileLog } from './file-log.ts';
import { claimDataFolder } from './folder-claim.ts';
import type { FolderClaim, ShellName } from './folder-claim.ts';
import type { EngineHost } from './host.ts';
import type { OwnerInfo } from './private-socket.ts';
import { startEngine } from './start-engine.ts';
import type { SupervisedEngine } from './start-engine.ts';

/** An engine of this process on a folder that is its own. */
export interface OwnEngine {
  readonly kind: 'own';
  readonly engine: SupervisedEngine;
  readonly claim: FolderClaim;
  /** The shell's own log; the engine writes another file. */
  readonly log: FileLog;
  /** Called when the folder is not ours any more; the engine has closed by then. */
  onLost(listener: () => void): void;
  /** Closes the engine in good order, then gives the folder up. */
  close(): Promise<void>;
}

/** What may differ from the usual. */
export interface OwnEngineOptions {
  /** Puts something between the engine and the other shells. */
  readonly hostFor?: (engine: EngineHost) => EngineHost;
  /** Password for connections that have none saved. */
  readonly fallbackPassword?: string | undefined;
}

/**
 * Claims the folder and starts an engine on it that other shells of this user can reach; or says who has the folder.
 * Throws what claiming and opening throw.
 */
export async function openOwnEngine(
  dataFolder: string,
  shell: ShellName,
  { hostFor = (engine) => engine, fallbackPassword }: OwnEngineOptions = {},
): Promise<OwnEngine | { readonly kind: 'taken'; readonly owner: OwnerInfo }> {
  const result = await claimDataFolder(dataFolder, shell);
  if (result.kind === 'taken') return result;
  const { claim } = result;
  const log = openFileLog({ folder: join(dataFolder, 'logs'), name: shell, now: () => new Date().toISOString() });
  async function giveUp(): Promise<void> {
    log.close();
    await claim.release();
  }
  try {
    const engine = await startEngine({
      dataFolder,
      version: appVersion,
      checkResults: import.meta.url.endsWith('.ts'),
      log,
      fallbackPassword,
      sharesAgain: shell !== 'cli',
      keepsInSync: shell !== 'cli',
    });
    claim.serve(hostFor(engine));
    let onLost: (() => void) | undefined;
    claim.onLost(() => {
      log.write('error', 'folder.lost');
      void engine.close().then(() => onLost?.());
    });
    return {
      kind: 'own',
      engine,
      claim,
      log,
      onLost: (listener) => (onLost = listener),
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
