// One language client, and its life: start, stop, restart, crash. Everything
// else asks it for the running server and never holds on to one.

import * as vscode from 'vscode';
import { CloseAction, CloseHandlerResult, ErrorAction, ExecuteCommandRequest, LanguageClient, RevealOutputChannelOn } from 'vscode-languageclient/node';
import { serverCommands } from './protocol';
import { findServer, pathSetting, Server, ServerError } from './server';

/** Python, where the cards are. */
export const selector = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'untitled' },
  { language: 'python', scheme: 'vscode-notebook-cell' },
];

/** The documents that the server sees. Of Markdown only the files of the user's banks have answers, and the server knows which they are. */
const seen = [...selector, { language: 'markdown', scheme: 'file' }];

/** After this many crashes in `crashWindow` the server stays down. */
const crashLimit = 4;
const crashWindow = 3 * 60 * 1000;

export type Life = 'starting' | 'running' | 'failed' | 'stopped';

/** Takes a command of the server before the server gets it; false: not mine. */
export type Intercept = (command: string, args: unknown[]) => Promise<boolean>;

export class Connection implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel('Interview', { log: true });
  /** Set by `activate`: what opens questions and searches. */
  intercept: Intercept = async () => false;
  /** The binary in use. */
  server: Server | undefined;
  /** Why there is no server. */
  failure: string | undefined;

  private client: LanguageClient | undefined;
  private life_: Life = 'stopped';
  private readonly changed = new vscode.EventEmitter<Life>();
  readonly onDidChange = this.changed.event;
  /** Starts and stops happen one after another, in the order they came. */
  private queue: Promise<void> = Promise.resolve();
  private crashes: number[] = [];
  private begun = false;

  constructor(private readonly context: vscode.ExtensionContext) {}

  get life(): Life {
    return this.life_;
  }

  start(): Promise<void> {
    this.begun = true;
    return this.enqueue(() => this.doStart());
  }

  /** Also the way out of every failure: finds the binary anew. */
  restart(): Promise<void> {
    this.begun = true;
    return this.enqueue(async () => {
      await this.doStop();
      this.crashes = [];
      await this.doStart();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.doStop());
  }

  /** One of the server's commands. Rejects with a message for the user. */
  async execute<T>(command: string, argument?: object, token?: vscode.CancellationToken): Promise<T> {
    // Whoever asks wants a server, also where nothing else did so far.
    if (!this.begun) void this.start();
    await this.queue;
    const client = this.client;
    if (client === undefined || !client.isRunning()) {
      throw new Error(this.failure ?? vscode.l10n.t('Interview: the server is not running.'));
    }
    const params = { command, arguments: argument === undefined ? [] : [argument] };
    return client.sendRequest(ExecuteCommandRequest.type, params, token) as Promise<T>;
  }

  dispose(): void {
    this.changed.dispose();
    this.output.dispose();
  }

  private enqueue(job: () => Promise<void>): Promise<void> {
    const done = this.queue.then(job);
    this.queue = done.catch((error: unknown) => this.output.error(String(error)));
    return this.queue;
  }

  private async doStart(): Promise<void> {
    this.enter('starting');
    this.failure = undefined;
    this.server = undefined;
    try {
      this.server = await findServer(this.context);
      this.output.info(`${this.server.path} (${this.server.origin}), version ${this.server.version}`);
      const client = this.makeClient(this.server.path);
      this.client = client;
      await client.start();
      this.enter('running');
    } catch (error) {
      const message =
        error instanceof ServerError
          ? error.message
          : vscode.l10n.t('Interview: the server does not start: {0}', error instanceof Error ? error.message : String(error));
      await this.discard();
      this.fail(message);
    }
  }

  private async doStop(): Promise<void> {
    await this.discard();
    this.enter('stopped');
  }

  /** Ends the client in whatever state it is, with its commands. */
  private async discard(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) return;
    try {
      await client.dispose(5000);
    } catch (error) {
      this.output.debug(`dispose: ${error}`); // It had ended by itself.
    }
  }

  private fail(message: string): void {
    this.failure = message;
    this.output.error(message);
    this.enter('failed');
    const settings = vscode.l10n.t('Open Settings');
    const output = vscode.l10n.t('Show Output');
    const again = vscode.l10n.t('Restart');
    void vscode.window.showErrorMessage(message, settings, output, again).then((choice) => {
      if (choice === settings) void vscode.commands.executeCommand('workbench.action.openSettings', pathSetting);
      if (choice === output) this.output.show();
      if (choice === again) void this.restart();
    });
  }

  private enter(life: Life): void {
    this.life_ = life;
    this.changed.fire(life);
  }

  private makeClient(command: string): LanguageClient {
    return new LanguageClient(
      'interview',
      'Interview',
      { command, args: ['serve'] },
      {
        documentSelector: seen,
        outputChannel: this.output,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: {
          commandLinks: true,
          interview: JSON.parse(JSON.stringify(vscode.workspace.getConfiguration('interview'))),
        },
        synchronize: { configurationSection: 'interview' },
        markdown: {
          // A card may run our two commands and nothing else, whoever wrote
          // the bank it comes from.
          isTrusted: { enabledCommands: [serverCommands.open, serverCommands.search] },
          supportHtml: false,
        },
        middleware: {
          executeCommand: async (name, args, next) => {
            if (!(await this.intercept(name, args))) return next(name, args);
          },
        },
        initializationFailedHandler: () => false,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue }),
          closed: () => this.afterCrash(),
        },
      },
    );
  }

  /**
   * The client could restart by itself, but then there would be two ways to
   * start, and only one that looks at the binary first.
   */
  private afterCrash(): CloseHandlerResult {
    const result = { action: CloseAction.DoNotRestart, handled: true, message: 'the connection to the server is closed' };
    if (this.life_ !== 'running') return result; // A start reports for itself.
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < crashWindow), now];
    if (this.crashes.length > crashLimit) {
      this.fail(
        vscode.l10n.t('Interview: the server ended {0} times within three minutes and stays down. The output says why.', this.crashes.length),
      );
    } else {
      this.output.warn('the server ended unexpectedly and is started again');
      void this.enqueue(async () => {
        await this.discard();
        await this.doStart();
      });
    }
    return result;
  }
}
