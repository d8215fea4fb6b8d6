// Opens a question: its document in the built-in Markdown preview, beside the
// code, at the question. Without that preview, the server shows the file.

import * as vscode from 'vscode';
import { Connection } from './client';
import { FullQuestion, serverCommands } from './protocol';
import { headingId } from './text';

export async function openQuestion(connection: Connection, id: string): Promise<void> {
  const question = await connection.execute<FullQuestion>(serverCommands.question, { id });
  const uri = vscode.Uri.parse(question.uri, true);
  const line = question.range.start.line;
  if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
    await connection.execute(serverCommands.open, { id });
    return;
  }
  const heading = await headingAt(uri, line);
  if (heading !== undefined) {
    await preview(uri.with({ fragment: decodeURIComponent(heading) }));
    return;
  }
  // The question is no heading (a table row, a bold line, `Q:`): the preview
  // has no name for that place, but it takes over where an editor stands.
  const editor = await vscode.window.showTextDocument(uri, {
    viewColumn: previewIsActive() ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside,
    preview: true,
  });
  const start = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.AtTop);
}

async function headingAt(uri: vscode.Uri, line: number): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  const html = await vscode.commands.executeCommand<string>('markdown.api.render', document);
  return headingId(html, line);
}

async function preview(uri: vscode.Uri): Promise<void> {
  // From inside the preview, "to the side" would open a third column.
  await vscode.commands.executeCommand(previewIsActive() ? 'markdown.showPreview' : 'markdown.showPreviewToSide', uri);
}

function previewIsActive(): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputWebview && input.viewType.includes('markdown.preview');
}
