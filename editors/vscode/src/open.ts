// Opens a question in the built-in Markdown preview, beside the code.
//
// The preview gets the question alone, not the document it stands in: drawing
// a document of eighty questions takes seconds, its diagrams several more, and
// each of them moves the question away from where the preview stood. A link at
// the end leads to the document.

import * as vscode from 'vscode';
import { Connection } from './client';
import { FullQuestion, Question, serverCommands } from './protocol';
import { fileName, slug } from './text';

/**
 * The scheme of questions: `interview:/folder/of/the/document/Title.md`. The
 * path is in the document's folder, so that relative links and pictures lead
 * where they should; what is no question there is the file of the same path.
 */
export const scheme = 'interview';

export async function openQuestion(connection: Connection, files: QuestionFiles, id: string): Promise<void> {
  if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
    await connection.execute(serverCommands.open, { id }); // The server shows the document.
    return;
  }
  await preview(await files.add(await ask(connection, id)));
}

interface Page {
  content: Uint8Array;
  mtime: number;
}

/** The questions as read-only files. */
export class QuestionFiles implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  /** By path: the preview makes URIs of its own from relative links. */
  private readonly pages = new Map<string, Page>();

  constructor(private readonly connection: Connection) {}

  /** Takes a question in; the URI under which it can be opened. */
  async add(question: FullQuestion): Promise<vscode.Uri> {
    const document = vscode.Uri.parse(question.uri, true);
    const uri = vscode.Uri.joinPath(document, '..', `${fileName(question.question)}.md`).with({ scheme });
    const related = await Promise.allSettled((question.see ?? []).map((id) => ask(this.connection, id)));
    const see = related.flatMap((result) => (result.status === 'fulfilled' ? [result.value.question] : []));
    const content = new TextEncoder().encode(pageOf(question, see, document));
    const old = this.pages.get(uri.path);
    if (old === undefined || Buffer.compare(old.content, content) !== 0) {
      this.pages.set(uri.path, { content, mtime: Date.now() });
      if (old !== undefined) this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
    return uri;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const page = await this.find(uri);
    if (page === undefined) return vscode.workspace.fs.stat(file(uri));
    return { type: vscode.FileType.File, ctime: 0, mtime: page.mtime, size: page.content.length, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.find(uri))?.content ?? vscode.workspace.fs.readFile(file(uri));
  }

  readDirectory(uri: vscode.Uri): Thenable<[string, vscode.FileType][]> {
    return vscode.workspace.fs.readDirectory(file(uri));
  }

  /**
   * The page at a path. One that was never opened comes from a link to a
   * related question, or from a preview that outlived a reload of the window:
   * its name is the question.
   */
  private async find(uri: vscode.Uri): Promise<Page | undefined> {
    const known = this.pages.get(uri.path);
    if (known !== undefined || !uri.path.endsWith('.md') || (await isFile(file(uri)))) return known;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1, -'.md'.length);
    try {
      const found = await this.connection.execute<Question[]>(serverCommands.search, { query: name, limit: 10 });
      const question = found.find(({ question }) => fileName(question) === name);
      if (question !== undefined) await this.add(await ask(this.connection, question.id));
    } catch {
      // No server, no page: the file is not found.
    }
    return this.pages.get(uri.path);
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
}

function ask(connection: Connection, id: string): Promise<FullQuestion> {
  return connection.execute(serverCommands.question, { id });
}

function file(uri: vscode.Uri): vscode.Uri {
  return uri.with({ scheme: 'file', query: '', fragment: '' });
}

function isFile(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** The question, related ones, and the way to the document that holds it. */
function pageOf(question: FullQuestion, see: string[], document: vscode.Uri): string {
  const link = (text: string, name: string, fragment = '') => `[${text}](./${encodeURIComponent(name)}${fragment})`;
  const name = document.path.slice(document.path.lastIndexOf('/') + 1);
  const related = see.map((title) => link(title, `${fileName(title)}.md`)).join(' · ');
  return [
    question.markdown.trimEnd(),
    '---',
    ...(related === '' ? [] : [`${question.lang === 'ru' ? 'См. также' : 'See also'}: ${related}`]),
    `${question.lang === 'ru' ? 'Весь документ' : 'The whole document'}: ${link(name, name, `#${slug(question.question)}`)}`,
  ].join('\n\n');
}

/**
 * Beside the code, which keeps the keyboard; the next question takes the place
 * of the last one. `markdown.showPreviewToSide` would open a column of its own
 * whenever the keyboard is in the preview, the editor that it uses does not.
 */
async function preview(uri: vscode.Uri): Promise<void> {
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isQuestion));
  await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', {
    viewColumn: group?.viewColumn ?? vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: true,
  });
}

function isQuestion({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputCustom && input.uri.scheme === scheme;
}
