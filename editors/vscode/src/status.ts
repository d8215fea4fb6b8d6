// What the server is doing: an entry in the language status (the braces in the
// status bar of a Python file), and a report to read or to paste into a bug
// report.

import * as vscode from 'vscode';
import { Connection, selector } from './client';
import { serverCommands, Status } from './protocol';

const scheme = 'interview-status';

export class StatusView implements vscode.Disposable {
  private readonly questions = vscode.languages.createLanguageStatusItem('interview.questions', selector);
  private readonly server = vscode.languages.createLanguageStatusItem('interview.server', selector);
  private readonly disposables: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  private report = '';
  private readonly reportChanged = new vscode.EventEmitter<vscode.Uri>();

  constructor(
    private readonly connection: Connection,
    private readonly extensionVersion: string,
  ) {
    this.questions.name = vscode.l10n.t('Interview: questions');
    this.server.name = vscode.l10n.t('Interview: server');
    this.questions.command = { command: 'interview.status', title: vscode.l10n.t('Status') };
    this.server.command = { command: 'interview.restart', title: vscode.l10n.t('Restart') };
    this.disposables.push(
      this.questions,
      this.server,
      this.reportChanged,
      connection.onDidChange(() => void this.refresh()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('interview')) return;
        // The server takes the settings first, and may read a bank anew.
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.refresh(), 1000);
      }),
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.reportChanged.event,
        provideTextDocumentContent: () => this.report,
      }),
    );
  }

  async showReport(): Promise<void> {
    this.report = await this.makeReport();
    const uri = vscode.Uri.from({ scheme, path: '/Interview status.txt' });
    this.reportChanged.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async refresh(): Promise<void> {
    const { life, server, failure } = this.connection;
    this.questions.busy = this.server.busy = life === 'starting';
    this.server.text = server === undefined ? 'interview-lsp' : `interview-lsp ${server.version}`;
    if (life === 'running') {
      const status = await this.ask();
      if (typeof status !== 'string') return this.show(status);
      this.failed(status);
    } else if (life === 'starting') {
      this.questions.text = vscode.l10n.t('Interview: starting…');
      this.questions.severity = vscode.LanguageStatusSeverity.Information;
      this.questions.detail = undefined;
    } else {
      this.failed(failure ?? vscode.l10n.t('stopped'));
    }
  }

  private show(status: Status): void {
    const warnings = status.warnings.length;
    this.questions.text = vscode.l10n.t('$(mortar-board) {0} questions', status.questions);
    this.questions.detail =
      warnings === 0
        ? vscode.l10n.t('{0} constructs, language: {1}', status.constructs, status.locale)
        : vscode.l10n.t('{0} warnings: {1}', warnings, status.warnings[0]);
    this.questions.severity = warnings === 0 ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
    this.server.text = `interview-lsp ${status.version}`;
  }

  private failed(why: string): void {
    this.questions.text = vscode.l10n.t('Interview: no server');
    this.questions.detail = why;
    this.questions.severity = vscode.LanguageStatusSeverity.Error;
  }

  private async ask(): Promise<Status | string> {
    try {
      return await this.connection.execute<Status>(serverCommands.status);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** In English whatever the display language: it is made to be sent. */
  private async makeReport(): Promise<string> {
    const { server, life } = this.connection;
    const status = await this.ask();
    const rows: [string, string][] = [
      ['Extension', this.extensionVersion],
      ['Editor', `${vscode.env.appName} ${vscode.version}, ${process.platform}-${process.arch}, language ${vscode.env.language}`],
      ['Server', server === undefined ? life : `${server.version}, ${life}`],
    ];
    if (server !== undefined) {
      const origin = { setting: 'from the setting interview.server.path', bundled: 'inside the extension', path: 'from the PATH' }[server.origin];
      rows.push(['Binary', `${server.path} (${origin})`]);
    }
    if (typeof status === 'string') {
      rows.push(['Error', status]);
      return table(rows);
    }
    rows.push(['Language', status.locale], ['Questions', `${status.questions}, about ${status.constructs} constructs`]);
    for (const bank of status.banks) {
      rows.push(['Bank', `${bank.builtin ? 'built in' : bank.path}: ${bank.questions} questions (${bank.languages.join(', ')})`]);
    }
    rows.push(['Warnings', status.warnings.length === 0 ? 'none' : '']);
    const warnings = status.warnings.map((warning) => `  - ${warning}\n`).join('');
    return `${table(rows)}${warnings}\nSettings in force\n${JSON.stringify(status.settings, undefined, 2)}\n`;
  }
}

function table(rows: [string, string][]): string {
  return rows.map(([name, value]) => `${name.padEnd(11)}${value}`.trimEnd() + '\n').join('');
}
