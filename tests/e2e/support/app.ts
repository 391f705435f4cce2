import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, ConsoleMessage, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { Client } from '../../../shared/contract/client.ts';
import type { MethodName, Params, Result } from '../../../shared/contract/contract.ts';
import type { Language } from '../../../shared/text/language.ts';
import { createTexts } from '../../../shared/text/text.ts';
import { openShellClient } from './shell-client.ts';
import { startShell } from './shell-process.ts';
import type { ShellProcess } from './shell-process.ts';

/** How a device is started. Without a `device` name the page asks for one. */
export interface AppOptions {
  readonly device?: string;
  readonly language?: Language;
  readonly colorScheme?: 'light' | 'dark';
  /** A board that is touched: large, upright, and without a mouse. */
  readonly touch?: boolean;
  /** Lets a test reach into the process, to make its engine crash. */
  readonly inspect?: boolean;
}

/** One device: a data folder, a shell process on it, and a page in a browser of its own. */
export class App {
  readonly folder = mkdtempSync(join(tmpdir(), 'tallybook-e2e-'));
  readonly language: Language;
  /** What the page said in its console or threw, other than what a test expects. */
  readonly problems: string[] = [];
  readonly #options: AppOptions;
  readonly #browser: Browser;
  #expected: readonly RegExp[] = [];
  #shell: ShellProcess | undefined;
  #client: Client | undefined;
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  constructor(browser: Browser, options: AppOptions) {
    this.#browser = browser;
    this.#options = options;
    this.language = options.language ?? 'en';
  }

  /** The page of this device. */
  get page(): Page {
    if (this.#page === undefined) throw new Error('The page is not open');
    return this.#page;
  }

  get shell(): ShellProcess {
    if (this.#shell === undefined) throw new Error('The shell is not running');
    return this.#shell;
  }

  /** A text of the app in the language of this device. */
  get t(): TFunction {
    return createTexts(this.language).t;
  }

  /** Starts the process and opens the page in a browser of its own. */
  async start(): Promise<void> {
    await this.#startShell();
    const { colorScheme, touch = false } = this.#options;
    this.#context = await this.#browser.newContext({
      viewport: touch ? { width: 820, height: 1180 } : { width: 1366, height: 768 },
      hasTouch: touch,
      locale: this.language === 'en' ? 'en-GB' : 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      ...(colorScheme === undefined ? {} : { colorScheme }),
    });
    this.#page = await this.openTab();
  }

  async #startShell(port?: number): Promise<void> {
    const { device, inspect, language } = this.#options;
    this.#shell = await startShell({ folder: this.folder, device, inspect, language, port });
  }

  /** Opens another tab of the same browser as the shell's address is opened: with the token. */
  async openTab(): Promise<Page> {
    if (this.#context === undefined) throw new Error('The browser is not open');
    const page = await this.#context.newPage();
    page.on('console', (message) => this.#note(message));
    page.on('pageerror', (error) => this.#add(error.stack ?? error.message));
    await page.goto(this.#address);
    return page;
  }

  /** Carries out a method of the contract beside the page. */
  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    this.#client ??= this.#openClient();
    return await this.#client.call(method, params);
  }

  /** A line beside the page's. One that was cut because this process was too busy to answer the app's question is opened anew for the next call. */
  #openClient(): Client {
    const client = openShellClient(this.shell);
    client.onConnected((_connected, forGood) => {
      if (forGood !== undefined && this.#client === client) this.#client = undefined;
    });
    return client;
  }

  /** Says what may stand in the console from now on; all else fails the test. */
  expectProblems(...problems: readonly RegExp[]): void {
    this.#expected = problems;
  }

  /** Ends the process in good order; the folder and the page stay. */
  async stopShell(): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    const shell = this.#shell;
    this.#shell = undefined;
    await shell?.stop();
  }

  /** Ends the process in good order and starts it again on the same folder; the page opens it anew. */
  async restart(): Promise<void> {
    await this.page.goto('about:blank');
    await this.stopShell();
    await this.#startShell();
    await this.page.goto(this.#address);
  }

  /** Ends the process in good order and starts it again at the same address, while its page stays as it is. */
  async restartBehindPage(): Promise<void> {
    const port = Number(new URL(this.shell.origin).port);
    await this.stopShell();
    await this.#startShell(port);
  }

  /** Kills the process (kill -9) and starts it again on the same folder; the page opens it anew. */
  async crash(): Promise<void> {
    await this.page.goto('about:blank');
    this.#client?.close();
    this.#client = undefined;
    await this.shell.kill();
    await this.#startShell();
    await this.page.goto(this.#address);
  }

  /** Closes everything and removes the folder. */
  async close(): Promise<void> {
    try {
      await this.#context?.close();
      await this.stopShell();
    } finally {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  get #address(): string {
    return `${this.shell.origin}/#token=${this.shell.token}`;
  }

  #note(message: ConsoleMessage): void {
    if (message.type() === 'error' || message.type() === 'warning')
      this.#add(`${message.type()}: ${message.text()} (${message.location().url})`);
  }

  #add(problem: string): void {
    if (!this.#expected.some((expected) => expected.test(problem))) this.problems.push(problem);
  }
}
