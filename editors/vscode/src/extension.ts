// The entry: makes the parts and ties commands to them.

import * as vscode from 'vscode';
import { Connection } from './client';
import { openQuestion, QuestionFiles, scheme } from './open';
import { argument, serverCommands } from './protocol';
import { chooseQuestion, search } from './search';
import { pathSetting } from './server';
import { StatusView } from './status';

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const server = (connection = new Connection(context));
  const files = new QuestionFiles(server);
  const status = new StatusView(server, context.extension.packageJSON.version);

  const open = async (id: string | undefined) => {
    if (id !== undefined) await openQuestion(server, files, id);
  };
  const searchAndOpen = async (query: string) => open(await search(server, query));

  // A link in a card and a code action both run the server's commands.
  server.intercept = async (command, args) => {
    if (command === serverCommands.open) {
      const id = argument(args, 'id');
      if (id === undefined) return false; // Let the server say what is wrong.
      await reported(() => open(id));
      return true;
    }
    // Without a query, or with a limit, it is a program that asks.
    if (command === serverCommands.search && !hasLimit(args)) {
      await reported(() => searchAndOpen(argument(args, 'query') ?? ''));
      return true;
    }
    return false;
  };

  const command = (id: string, run: (...args: unknown[]) => Promise<void>) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) => reported(() => run(...args)));

  context.subscriptions.push(
    server,
    status,
    vscode.workspace.registerFileSystemProvider(scheme, files, { isReadonly: true, isCaseSensitive: true }),
    command('interview.openQuestion', async (...args) => open(argument(args, 'id') ?? (await chooseQuestion(server)))),
    command('interview.search', (...args) => searchAndOpen(argument(args, 'query') ?? '')),
    command('interview.restart', () => server.restart()),
    command('interview.status', () => status.showReport()),
    command('interview.showOutput', async () => server.output.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(pathSetting)) void server.restart();
    }),
  );
  if (wanted()) {
    void server.start();
    return;
  }
  // Markdown woke the extension, and there is no bank that it could belong to: the server waits for Python or a bank.
  const look = () => {
    if (!wanted()) return;
    for (const watch of watches) watch.dispose();
    void server.start();
  };
  const watches = [vscode.workspace.onDidOpenTextDocument(look), vscode.workspace.onDidChangeConfiguration(look)];
  context.subscriptions.push(...watches);
}

function wanted(): boolean {
  const banks = vscode.workspace.getConfiguration('interview').get<unknown>('banks');
  const documents = vscode.workspace.textDocuments;
  return (
    (Array.isArray(banks) && banks.length > 0) ||
    documents.some(({ languageId }) => languageId === 'python') ||
    !documents.some(({ languageId }) => languageId === 'markdown')
  );
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}

/** An error becomes a message, never an unhandled rejection. */
async function reported(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

function hasLimit(args: readonly unknown[]): boolean {
  return typeof args[0] === 'object' && args[0] !== null && 'limit' in args[0];
}
