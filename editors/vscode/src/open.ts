// Opens a question in the built-in Markdown preview, beside the code.
//
// The preview gets the question alone, not the document it stands in: drawing
// a document of eighty questions takes seconds, its diagrams several more, and
// each of them moves the question away from where the preview stood. A link at
// the end leads to the document.

import * as vscode from 'vscode';
import { Connection } from './client';
import { FullQuestion, serverCommands } from './protocol';
import { fileName, slug } from './text';

/**
 * The scheme of questions: `interview:/folder/of/the/document/Title.md?id`.
 * The path is in the document's folder, so that its relative links and
 * pictures lead where they should; whatever is no question there is the file
 * of the same path.
 */
export const scheme = 'interview';

export async function openQuestion(connection: Connection, files: QuestionFiles, id: string): Promise<void> {
  if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
    await connection.execute(serverCommands.open, { id }); // The server shows the document.
    return;
  }
  const question = await connection.execute<FullQuestion>(serverCommands.question, { id });
  await preview(files.add(question));
}

/** The questions as read-only files. */
export class QuestionFiles implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly known = new Map<string, { content: Uint8Array; mtime: number }>();

  constructor(private readonly connection: Connection) {}

  /** Takes a question in; the URI under which it can be opened. */
  add(question: FullQuestion): vscode.Uri {
    const document = vscode.Uri.parse(question.uri, true);
    const uri = vscode.Uri.joinPath(document, '..', `${fileName(question.question)}.md`).with({ scheme, query: question.id });
    const content = new TextEncoder().encode(page(question, document));
    const old = this.known.get(uri.toString());
    if (old === undefined || Buffer.compare(old.content, content) !== 0) {
      this.known.set(uri.toString(), { content, mtime: Date.now() });
      if (old !== undefined) this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
    return uri;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (!isQuestion(uri)) return vscode.workspace.fs.stat(file(uri));
    const { content, mtime } = await this.get(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: content.length, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return isQuestion(uri) ? (await this.get(uri)).content : vscode.workspace.fs.readFile(file(uri));
  }

  readDirectory(uri: vscode.Uri): Thenable<[string, vscode.FileType][]> {
    return vscode.workspace.fs.readDirectory(file(uri));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  /** A preview that outlived a reload of the window asks for what it showed. */
  private async get(uri: vscode.Uri): Promise<{ content: Uint8Array; mtime: number }> {
    const known = this.known.get(uri.toString());
    if (known !== undefined) return known;
    try {
      const question = await this.connection.execute<FullQuestion>(serverCommands.question, { id: uri.query });
      const content = new TextEncoder().encode(page(question, vscode.Uri.parse(question.uri, true)));
      const entry = { content, mtime: Date.now() };
      this.known.set(uri.toString(), entry);
      return entry;
    } catch {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
  }
}

function isQuestion(uri: vscode.Uri): boolean {
  return uri.query !== '' && uri.path.endsWith('.md');
}

function file(uri: vscode.Uri): vscode.Uri {
  return uri.with({ scheme: 'file', query: '', fragment: '' });
}

/** The question's text and the way to the document that holds it. */
function page(question: FullQuestion, document: vscode.Uri): string {
  const name = document.path.slice(document.path.lastIndexOf('/') + 1);
  return `${question.markdown.trimEnd()}\n\n---\n\n[${name}](${document.with({ fragment: slug(question.question) })})\n`;
}

/**
 * One preview for all questions, beside the code, which keeps the keyboard.
 * "To the side" means the group after the active one, so from inside the
 * preview the group before it has to become active first.
 */
async function preview(uri: vscode.Uri): Promise<void> {
  const { activeTabGroup, all } = vscode.window.tabGroups;
  const open = all.find((group) => isPreview(group.activeTab)) ?? all.find((group) => group.tabs.some(isPreview));
  if (open?.viewColumn === vscode.ViewColumn.One) {
    await focusGroup(open.viewColumn);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } else {
    if (open !== undefined) await focusGroup(open.viewColumn - 1);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  }
  await focusGroup(activeTabGroup.viewColumn);
}

function isPreview(tab: vscode.Tab | undefined): boolean {
  return tab?.input instanceof vscode.TabInputWebview && tab.input.viewType.includes('markdown.preview');
}

async function focusGroup(column: vscode.ViewColumn): Promise<void> {
  const names = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth'];
  const name = names[column - 1];
  if (name !== undefined) await vscode.commands.executeCommand(`workbench.action.focus${name}EditorGroup`);
}
