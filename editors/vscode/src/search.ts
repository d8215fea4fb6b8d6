// The Quick Pick that asks the server while one types. Order and choice are
// the server's: it knows both languages and forgives typing errors, the Quick
// Pick's own filter does not.

import * as vscode from 'vscode';
import { Connection } from './client';
import { actionKind, argument, Question, serverCommands } from './protocol';
import { label, plain } from './text';

const limit = 30;
/** Long enough for a word in one go, short enough to feel immediate. */
const debounce = 120;

interface Item extends vscode.QuickPickItem {
  id?: string;
}

/** Shows the search with `query` typed in; resolves to the id chosen. */
export function search(connection: Connection, query: string): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Interview: search questions');
  pick.placeholder = vscode.l10n.t('A construct, a topic or a few words: threading.Lock, race, leak');
  if (query !== '') pick.value = query;
  // Not in the typings, but what keeps the Quick Pick from moving the entries
  // whose label has the query's letters to the top. Where it is missing or
  // refused, only the order suffers.
  try {
    (pick as unknown as { sortByLabel: boolean }).sortByLabel = false;
  } catch {
    // The server's order is lost, nothing else.
  }

  let timer: NodeJS.Timeout | undefined;
  let running: vscode.CancellationTokenSource | undefined;

  const ask = async () => {
    running?.cancel();
    const mine = (running = new vscode.CancellationTokenSource());
    const asked = pick.value;
    pick.busy = true;
    let items: Item[];
    try {
      const found = await connection.execute<Question[]>(serverCommands.search, { query: asked, limit }, mine.token);
      items = found.length > 0 ? found.map(toItem) : [message(vscode.l10n.t('Nothing found for "{0}"', asked))];
    } catch (error) {
      items = [message(error instanceof Error ? error.message : String(error))];
    }
    if (mine.token.isCancellationRequested) return; // A newer query is on its way.
    pick.items = items;
    pick.busy = false;
  };

  return new Promise((resolve) => {
    pick.onDidChangeValue(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), debounce);
    });
    pick.onDidAccept(() => {
      const id = pick.selectedItems[0]?.id;
      if (id === undefined) return;
      resolve(id);
      pick.hide();
    });
    pick.onDidHide(() => {
      clearTimeout(timer);
      running?.cancel();
      pick.dispose();
      resolve(undefined);
    });
    pick.show();
    void ask();
  });
}

/** The questions about the code at the cursor, as the Quick Fix menu has them. */
export async function questionsAtCursor(): Promise<{ title: string; id: string }[]> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return [];
  const actions = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
    'vscode.executeCodeActionProvider',
    editor.document.uri,
    editor.selection,
    actionKind,
  );
  return actions.flatMap((action) => {
    const command = typeof action.command === 'object' ? action.command : undefined;
    const id = command?.command === serverCommands.open ? argument(command.arguments ?? [], 'id') : undefined;
    return id === undefined ? [] : [{ title: action.title.replace(/^Interview: /, ''), id }];
  });
}

/** The questions at the cursor to choose from; without any, the search. */
export async function chooseQuestion(connection: Connection): Promise<string | undefined> {
  const here = await questionsAtCursor();
  if (here.length === 0) return search(connection, '');
  const items: Item[] = here.map(({ title, id }) => ({ label: label(title), id }));
  const more: Item = { label: vscode.l10n.t('Search all questions…'), alwaysShow: true };
  const chosen = await vscode.window.showQuickPick([...items, more], {
    title: vscode.l10n.t('Interview: questions about the code at the cursor'),
  });
  return chosen === more ? search(connection, '') : chosen?.id;
}

function toItem(question: Question): Item {
  return {
    id: question.id,
    label: label(question.question),
    description: [question.constructs.join(', '), question.level].filter((part) => part !== '').join(' · '),
    detail: plain(question.answer),
    alwaysShow: true,
  };
}

function message(text: string): Item {
  return { label: text, alwaysShow: true };
}
