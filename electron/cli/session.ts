import type { Client } from '../../shared/contract/client.ts';
import type { ClassItem } from '../../shared/contract/class.ts';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import type { MethodName, Params, Result } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { GlobalOptions } from './global-options.ts';
import { isId } from '../../shared/model/ids.ts';
import type { ProgressLine } from './progress-line.ts';
import type { StdinLines } from './stdin-lines.ts';
import type { Words } from './words.ts';

/** An engine to talk to, the owner's or our own. */
export interface OpenEngine {
  readonly client: Client;
  /** Lets go of it; an engine of our own is closed in an orderly way. */
  close(): Promise<void>;
}

/** What a command needs from the outside of it. */
export interface SessionParts {
  readonly options: GlobalOptions;
  readonly words: Words;
  readonly signal: AbortSignal;
  readonly stdin: StdinLines;
  readonly progress: ProgressLine;
  readonly environmentPassword: string | undefined;
  openEngine(): Promise<OpenEngine>;
  /** A question on standard error. */
  ask(text: string): void;
  /** A sentence for people on standard error; silent with `--quiet`. */
  notice(text: string): void;
}

/** One invocation of the command line: its options, its words and the engine, opened when first needed. */
export class CliSession {
  readonly options: GlobalOptions;
  readonly words: Words;
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
  readonly #parts: SessionParts;
  #engine: Promise<OpenEngine> | undefined;
  #classId: Promise<string> | undefined;
  #pin: string | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.options = parts.options;
    this.words = parts.words;
    this.signal = parts.signal;
    this.notice = parts.notice;
  }

  /** Calls the engine; Ctrl+C cancels the call, progress goes to standard error. */
  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.signal.aborted) throw new AppError('cancelled');
    this.#engine ??= this.#open();
    const { client } = await this.#engine;
    try {
      return await client.call(method, params, {
        signal: this.signal,
        onProgress: (progress) => this.#parts.progress.show(progress),
      });
    } finally {
      this.#parts.progress.clear();
    }
  }

  /** The class the command is about: the one `--class` names, or the only one. */
  async classId(): Promise<string> {
    this.#classId ??= this.#findClass(this.options.class);
    return await this.#classId;
  }

  /** A class by id or name; without a name the only one that is not archived. */
  async findClass(name: string | undefined): Promise<string> {
    return await this.#findClass(name);
  }

  /** A connection of the class by id or name; without a name the only one. */
  async connection(name: string | undefined): Promise<ConnectionItem> {
    const classId = await this.classId();
    const { items } = await this.call('connection.list', { classId });
    if (name === undefined) {
      const [only, ...others] = items;
      if (only === undefined || others.length > 0) throw new AppError('connection-needed', { count: items.length });
      return only;
    }
    const found = items.filter((item) => item.id === name || item.name === name);
    const [one, ...others] = found;
    if (one === undefined) throw new AppError('not-found', { what: 'connection' });
    if (others.length > 0) throw new AppError('connection-needed', { count: found.length });
    return one;
  }

  /** The password given for this command (`--password-stdin`, else TALLYBOOK_PASSWORD), if any. */
  async password(fromStdin: boolean): Promise<string | undefined> {
    if (fromStdin) return await this.#parts.stdin.line('password', this.signal);
    const value = this.#parts.environmentPassword;
    return value === undefined || value === '' ? undefined : value;
  }

  /**
   * Does work that needs the server of a saved connection. A password from standard input is saved first, as `connection set` does.
   * Our own engine knows the one of the environment; the app's engine is lent it for this work only when it says that it has none: a
   * schedule's password must not take the place of a saved one, nor stay with the app.
   */
  async contact<T>(
    item: { readonly classId: string; readonly id: string },
    fromStdin: boolean,
    work: () => Promise<T>,
    lacksPassword: (result: T) => boolean = () => false,
  ): Promise<T> {
    if (fromStdin) await this.#savePassword(item, await this.#parts.stdin.line('password', this.signal));
    try {
      const result = await work();
      if (!lacksPassword(result) || (await this.password(false)) === undefined) return result;
    } catch (error) {
      const lacking = error instanceof AppError && error.code === 'password-missing';
      if (!lacking || (await this.password(false)) === undefined) throw error;
    }
    return (await this.lendPassword([item], work)) ?? (await work());
  }

  /**
   * Does work that cannot be done once more, such as a run, with the same passwords as `contact`: the one of the environment is lent before, as whoever
   * needs the server only for what follows the work does not fail without it.
   */
  async contactOnce<T>(
    item: { readonly classId: string; readonly id: string },
    fromStdin: boolean,
    work: () => Promise<T>,
  ): Promise<T> {
    if (fromStdin) await this.#savePassword(item, await this.#parts.stdin.line('password', this.signal));
    return (await this.lendPassword([item], work)) ?? (await work());
  }

  /** Does work while the engine may use the password of the environment for connections that have none; null when there is none here either. */
  async lendPassword<T>(
    items: readonly { readonly classId: string; readonly id: string }[],
    work: () => Promise<T>,
  ): Promise<T | null> {
    const password = await this.password(false);
    if (password === undefined || items.length === 0) return null;
    const lent: { readonly classId: string; readonly connectionId: string }[] = [];
    try {
      for (const { classId, id: connectionId } of items) {
        await this.call('connection.lendPassword', { classId, connectionId, password });
        lent.push({ classId, connectionId });
      }
      return await work();
    } finally {
      for (const ids of lent) await this.#takeBack(ids);
    }
  }

  /** The PIN of `--pin-stdin`, once the engine is open. */
  async pin(): Promise<string | undefined> {
    this.#engine ??= this.#open();
    await this.#engine;
    return this.#pin;
  }

  /** A new PIN from standard input, after the one of `--pin-stdin`. */
  async stdinNewPin(): Promise<string> {
    return await this.#parts.stdin.line('new-pin', this.signal);
  }

  /** A join code from standard input, where no list of processes shows it. */
  async stdinCode(): Promise<string> {
    return await this.#parts.stdin.line('code', this.signal);
  }

  /** Puts a question to the person, on standard error. */
  ask(text: string): void {
    this.#parts.ask(text);
  }

  /** The first letter of the person's answer, in lower case; undefined when standard input has ended. */
  async answer(): Promise<string | undefined> {
    const line = await this.#parts.stdin.next(this.signal);
    return line?.trim().slice(0, 1).toLowerCase();
  }

  /** Lets go of standard input and of the engine, if one was opened. */
  async close(): Promise<void> {
    this.#parts.stdin.close();
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.close();
  }

  /** Also after Ctrl+C. An engine that is gone has forgotten it; a connection that was removed too. */
  async #takeBack(ids: { readonly classId: string; readonly connectionId: string }): Promise<void> {
    const engine = await this.#engine;
    await engine?.client.call('connection.lendPassword', { ...ids, password: null }).catch(() => undefined);
  }

  async #savePassword(item: { readonly classId: string; readonly id: string }, password: string): Promise<void> {
    await this.call('connection.set', { classId: item.classId, connectionId: item.id, change: { password } });
  }

  async #open(): Promise<OpenEngine> {
    if (this.options.pinStdin) this.#pin = await this.#parts.stdin.line('pin', this.signal);
    const engine = await this.#parts.openEngine();
    try {
      await this.#begin(engine);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** Unlocks the engine for this command, and names the device. */
  async #begin(engine: OpenEngine): Promise<void> {
    if (this.#pin !== undefined) await engine.client.call('pin.unlock', { pin: this.#pin, hold: true });
    const name = this.options.device;
    if (name === undefined) return;
    const { device } = await engine.client.call('app.state', {});
    if (device.name === null) await engine.client.call('app.setDevice', { name });
    else if (device.name !== name) this.notice(this.words.t('notice.device-named', { name: device.name }));
  }

  async #findClass(name: string | undefined): Promise<string> {
    const { items } = await this.call('class.list', {});
    const found = items.filter((item) => (name === undefined ? !item.archived : matches(item, name)));
    const [one, ...others] = found;
    if (one !== undefined && others.length === 0) return one.id;
    if (name !== undefined && one === undefined) throw new AppError('not-found', { what: 'class' });
    throw new AppError('class-needed', { count: found.length });
  }
}

function matches(item: ClassItem, name: string): boolean {
  return isId(name) ? item.id === name.toLowerCase() : item.name === name;
}
