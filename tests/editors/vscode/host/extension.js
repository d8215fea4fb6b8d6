// Runs inside the extension host, beside the extension under test, and writes
// a JSON line for each check into $INTERVIEW_TEST_RESULTS. The last line is
// {"done": true}.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const vscode = require('vscode');

const limit = 60_000;
const results = process.env.INTERVIEW_TEST_RESULTS;
const logs = process.env.INTERVIEW_TEST_LOGS;
const write = (line) => fs.appendFileSync(results, JSON.stringify(line) + '\n');

exports.activate = () => {
  if (!results) return;
  void run();
};

async function run() {
  for (const [what, check] of checks) {
    try {
      await check();
      write({ ok: true, what });
    } catch (error) {
      write({ ok: false, what, error: String(error?.message ?? error).slice(0, 2000) });
    }
  }
  write({ done: true, version: vscode.version });
}

const checks = [];
const check = (what, body) => checks.push([what, body]);

// --- helpers

const run_ = (command, ...args) => vscode.commands.executeCommand(command, ...args);
const folder = () => vscode.workspace.workspaceFolders[0].uri;
const inFolder = (name) => vscode.Uri.joinPath(folder(), name);
const config = () => vscode.workspace.getConfiguration('interview');
const set = (key, value) => config().update(key, value, vscode.ConfigurationTarget.Global);

/** Polls `body` until it returns something true; says what it saw last. */
async function until(what, body) {
  const end = Date.now() + limit;
  let seen;
  for (;;) {
    try {
      seen = undefined;
      const value = await body((sight) => {
        seen = sight;
      });
      if (value) return value;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > end) throw new Error(`not within a minute: ${what}; last seen: ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The position inside `word` in the line that holds `line`. */
function at(document, line, word, occurrence = 0) {
  for (let number = 0; number < document.lineCount; number++) {
    const text = document.lineAt(number).text;
    if (!text.includes(line)) continue;
    let column = text.indexOf(word);
    for (let i = 0; i < occurrence; i++) column = text.indexOf(word, column + 1);
    assert.notEqual(column, -1, `no ${word} in ${text}`);
    return new vscode.Position(number, column + 1);
  }
  throw new Error(`no line with ${line}`);
}

async function hovers(document, position) {
  const all = await run_('vscode.executeHoverProvider', document.uri, position);
  const texts = all.map((hover) => ({ hover, text: hover.contents.map((part) => part.value ?? part).join('\n') }));
  return {
    ours: texts.filter(({ text }) => text.startsWith('**Interview**')),
    others: texts.filter(({ text }) => text.includes('(symbol)')),
  };
}

async function card(document, position) {
  const { ours } = await hovers(document, position);
  assert(ours.length <= 1, `${ours.length} cards`);
  return ours[0]?.text;
}

const cyrillic = /[а-яё]{3,} [а-яё]+/i;
const status = () => run_('interview-lsp.status');
let sample;

const open = async (uri) => {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
  return document;
};

/** Every place of the list: line, word, the construct in the card. */
const places = [
  ['async def main', 'async', 'async def'],
  ['import Lock as L', 'Lock', 'threading.Lock'],
  ['import Lock as L', 'L', 'threading.Lock', 1],
  ['lock = L()', 'L', 'threading.Lock'],
  ['lock = L()', 'lock', 'threading.Lock'],
  ['lock.acquire()', 'lock', 'threading.Lock'],
  ['lock.acquire()', 'acquire', 'threading.Lock.acquire'],
  ['g.collect()', 'collect', 'gc.collect'],
];

async function allCards(russian) {
  for (const [line, word, construct, occurrence] of places) {
    await until(`a ${russian ? 'Russian' : 'English'} card on ${word} of ${line}`, async (saw) => {
      const text = await card(sample, at(sample, line, word, occurrence));
      saw(text ?? 'no card');
      return text?.startsWith(`**Interview** · \`${construct}\``) && cyrillic.test(text) === russian;
    });
  }
}

// --- the checks, in order

check('Markdown alone starts no server where no bank is named', async () => {
  await open(inFolder('bank/team.md'));
  await until('the extension is active', () => vscode.extensions.getExtension('interview-lsp.interview-lsp')?.isActive);
  assert.equal(servers().length, 0);
});

check('the server starts with the first Python file and answers interview-lsp.status', async () => {
  sample = await open(inFolder('sample.py'));
  const answer = await until('status', status);
  assert.match(answer.version, /^\d+\.\d+\.\d+/);
  assert(answer.questions > 0 && answer.constructs > 0, JSON.stringify(answer));
  assert.deepEqual(answer.warnings, []);
  assert.equal(answer.locale, 'en');
});

check('cards in English on async, Lock, L, lock, acquire and collect', () => allCards(false));

check('a card has a range, ends in a link to its question and may run only our commands', async () => {
  const position = at(sample, 'g.collect()', 'collect');
  const { ours } = await hovers(sample, position);
  const { hover, text } = ours[0];
  assert.equal(sample.getText(hover.range), 'collect');
  const link = /\(command:interview-lsp\.open\?([^)]+)\)/.exec(text);
  assert(link, text);
  const [{ id }] = JSON.parse(decodeURIComponent(link[1]));
  assert.equal((await run_('interview-lsp.question', { id })).id, id);
  const { isTrusted, supportHtml } = hover.contents[0];
  assert.deepEqual([...isTrusted.enabledCommands].sort(), ['interview-lsp.open', 'interview-lsp.search']);
  assert(!supportHtml);
});

check("the other server's hover is still there, next to ours", async () => {
  const { ours, others } = await hovers(sample, at(sample, 'lock.acquire()', 'acquire'));
  assert.equal(ours.length, 1);
  assert.equal(others.length, 1);
});

check("nothing on strings, comments, a user's own class Lock and str.lock", async () => {
  for (const [line, word] of [
    ['text = ', 'Lock'],
    ['text = ', 'async'],
    ['a comment', 'Lock'],
    ['a comment', 'collect'],
    ['class Lock', 'Lock'],
    ['mine = Lock()', 'Lock'],
    ['mine.acquire()', 'acquire'],
    ['mine.acquire()', 'mine'],
    ['str.lock', 'lock'],
  ]) {
    const { ours, others } = await hovers(sample, at(sample, line, word));
    assert.equal(ours.length, 0, `a card on ${word} of ${line}: ${ours[0]?.text}`);
    assert.equal(others.length, 1);
  }
});

check('the setting interview.locale turns the cards Russian at once', async () => {
  await set('locale', 'ru');
  await allCards(true);
  assert.equal((await status()).locale, 'ru');
});

check('and back to English', async () => {
  await set('locale', undefined);
  await allCards(false);
});

check('hover.enable and hover.keywords work live', async () => {
  const keyword = () => card(sample, at(sample, 'async def main', 'async'));
  const symbol = () => card(sample, at(sample, 'g.collect()', 'collect'));
  await set('hover.keywords', false);
  await until('no card on a keyword', async () => (await keyword()) === undefined);
  assert(await symbol(), 'no card on a symbol');
  await set('hover.enable', false);
  await until('no card at all', async () => (await symbol()) === undefined);
  await set('hover.enable', undefined);
  await set('hover.keywords', undefined);
  await until('cards again', async () => (await keyword()) && (await symbol()));
});

check('an edit is seen by the next hover, Cyrillic and emoji before the word', async () => {
  const document = await vscode.workspace.openTextDocument({ language: 'python', content: 'import gc\n' });
  await vscode.window.showTextDocument(document);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(1, 0), 'имя = "🦀🐍"; gc.collect()\n');
  assert(await vscode.workspace.applyEdit(edit));
  const position = at(document, 'имя', 'collect');
  const { hover } = await until('a card', async () => (await hovers(document, position)).ours[0]);
  assert.equal(document.getText(hover.range), 'collect');
  await run_('workbench.action.revertAndCloseActiveEditor');
});

check('a cell of a notebook has cards', async () => {
  const data = new vscode.NotebookData([
    new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'from threading import Lock\nlock = Lock()', 'python'),
  ]);
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
  await vscode.window.showNotebookDocument(notebook);
  const cell = notebook.cellAt(0).document;
  assert.equal(cell.uri.scheme, 'vscode-notebook-cell');
  await until('a card', async () => (await card(cell, new vscode.Position(1, 8)))?.includes('threading.Lock'));
  await run_('workbench.action.revertAndCloseActiveEditor');
});

check('code actions: our kind, questions first, the search last', async () => {
  const position = at(sample, 'lock = L()', 'lock');
  const range = new vscode.Range(position, position);
  const actions = await run_('vscode.executeCodeActionProvider', sample.uri, range, 'interview');
  const titles = actions.map((action) => action.title);
  assert(titles.length >= 2 && titles.length <= 6, titles.join('\n'));
  assert(titles.every((title) => title.startsWith('Interview: ')), titles.join('\n'));
  assert.equal(titles.at(-1), 'Interview: search for more…');
  for (const action of actions) assert.equal(action.kind.value, 'interview');
  assert.equal(actions[0].command.command, 'interview-lsp.open');
  assert.equal(actions.at(-1).command.command, 'interview-lsp.search');
  assert.equal(typeof actions.at(-1).command.arguments[0].query, 'string');
  // Another kind gets none of them.
  const refactor = await run_('vscode.executeCodeActionProvider', sample.uri, range, 'refactor');
  assert(!refactor.some((action) => action.title.startsWith('Interview')));
});

check('an automatic request gets no action: no light bulb', async () => {
  const editor = await vscode.window.showTextDocument(sample, { viewColumn: vscode.ViewColumn.One });
  // Moving the cursor makes VS Code ask by itself; the trace shows the answer.
  await until('an automatic request in the trace', async (saw) => {
    for (const [line, word] of places) {
      const position = at(sample, line, word);
      editor.selection = new vscode.Selection(position, position);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    const answers = automaticAnswers(outputText());
    saw(answers);
    return answers.length > 0 && answers.every((answer) => answer === '[]');
  });
});

check('actions.enable off: no actions', async () => {
  const position = at(sample, 'lock = L()', 'lock');
  const count = async () => (await run_('vscode.executeCodeActionProvider', sample.uri, new vscode.Range(position, position), 'interview')).length;
  await set('actions.enable', false);
  await until('none', async () => (await count()) === 0);
  await set('actions.enable', undefined);
  await until('actions', async () => (await count()) > 0);
});

const questionTabs = () =>
  vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs
      .filter(({ input }) => input instanceof vscode.TabInputCustom && input.uri.scheme === 'interview')
      .map(({ input }) => ({ column: group.viewColumn, columns: vscode.window.tabGroups.all.length, viewType: input.viewType, path: input.uri.path })),
  );

/** Waits for a question to be the only one open, beside the code. */
const shown = (part) =>
  until(`${part} in a preview in the second of two columns`, (saw) => {
    const tabs = questionTabs();
    saw(tabs);
    return tabs.length === 1 && tabs[0].column === 2 && tabs[0].columns === 2 && tabs[0].viewType.includes('markdown.preview') && tabs[0].path.includes(part);
  });

check("an action's command opens the question in the Markdown preview, beside the code", async () => {
  const position = at(sample, 'lock = L()', 'lock');
  await run_('workbench.action.closeAllEditors');
  await vscode.window.showTextDocument(sample, { viewColumn: vscode.ViewColumn.One });
  const [action] = await run_('vscode.executeCodeActionProvider', sample.uri, new vscode.Range(position, position), 'interview');
  await run_(action.command.command, ...action.command.arguments);
  await shown('.md');
  assert.equal(vscode.window.activeTextEditor?.document, sample, 'the code has lost the keyboard');
});

check('the next question takes the place of the last one, also when asked from inside the preview', async () => {
  const found = await run_('interview-lsp.search', { query: 'gc', limit: 3 });
  const name = ({ question }) => question.replace(/`/g, '').split(/[^\p{L} ]/u)[0].slice(0, 12).trim();
  await run_('interview.openQuestion', found[0].id);
  await shown(name(found[0]));
  await run_('workbench.action.focusSecondEditorGroup');
  await until('the preview is active', () => vscode.window.tabGroups.activeTabGroup.viewColumn === 2);
  await run_('interview.openQuestion', { id: found[1].id });
  await shown(name(found[1]));
});

check('the preview reads a question, related ones, and files beside the document', async () => {
  const [{ id }] = await run_('interview-lsp.search', { query: 'race condition', limit: 1 });
  const question = await run_('interview-lsp.question', { id });
  await run_('interview.openQuestion', id);
  const [{ path: opened }] = await until('a tab', () => questionTabs().length === 1 && questionTabs());
  const uri = vscode.Uri.from({ scheme: 'interview', path: opened });
  const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
  assert(text.startsWith(question.markdown.trimEnd()), text.slice(0, 500));
  const links = [...text.matchAll(/\]\(\.\/([^)#]+)/g)].map((match) => decodeURIComponent(match[1]));
  assert(links.length >= 1, 'no links');
  for (const link of links) {
    const target = Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, '..', link))).toString();
    assert(target.length > 100, link);
  }
  await assert.rejects(async () => vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, '..', 'no such question.md')));
  await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, Buffer.from('x')));
  await run_('workbench.action.closeEditorsInOtherGroups');
});

check('interview-lsp.search answers in both languages, best first', async () => {
  for (const query of ['race', 'гонка', 'threading.Lock', 'gc.collect']) {
    const found = await run_('interview-lsp.search', { query, limit: 5 });
    assert(found.length > 0 && found.length <= 5, `${query}: ${found.length}`);
    for (const field of ['id', 'question', 'answer', 'file', 'lang', 'level']) assert.equal(typeof found[0][field], 'string', field);
    assert(Array.isArray(found[0].constructs) && found[0].line > 0);
  }
  const [first] = await run_('interview-lsp.search', { query: 'gc.collect', limit: 5 });
  assert(first.constructs.includes('gc.collect'), JSON.stringify(first));
});

check('interview-lsp.question gives the whole question, in a file that exists', async () => {
  const [{ id, question }] = await run_('interview-lsp.search', { query: 'gc.collect', limit: 1 });
  const whole = await run_('interview-lsp.question', { id });
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(whole.uri));
  assert(document.lineAt(whole.range.start.line).text.includes(question));
  assert(whole.markdown.includes(question));
});

check('an id that does not exist is an error message, not a crash', async () => {
  await run_('interview.openQuestion', 'there-is-no-such-question');
  assert(await status());
});

check('a setting of the wrong type is a warning that names it, and the server lives', async () => {
  await set('hover.maxLines', 'many');
  await until('the warning', async (saw) => {
    const { warnings } = await status();
    saw(warnings);
    return warnings.some((warning) => warning.includes('hover.maxLines'));
  });
  assert(await card(sample, at(sample, 'g.collect()', 'collect')));
  await set('hover.maxLines', undefined);
  await until('no warning', async () => (await status()).warnings.length === 0);
});

check('a bank that is not there is a warning that names it', async () => {
  await set('banks', ['${workspaceFolder}/no-such-bank']);
  await until('the warning', async (saw) => {
    const { warnings } = await status();
    saw(warnings);
    return warnings.some((warning) => warning.includes('no-such-bank'));
  });
  assert(await card(sample, at(sample, 'g.collect()', 'collect')));
});

check("a bank of one's own is searched, shown and opened in its own file", async () => {
  await set('banks', ['${workspaceFolder}/bank']);
  const found = await until('the question', async () =>
    (await run_('interview-lsp.search', { query: 'blue widgets', limit: 3 })).find(({ question }) => question.includes('blue widgets')),
  );
  const whole = await run_('interview-lsp.question', { id: found.id });
  assert.equal(vscode.Uri.parse(whole.uri).fsPath, inFolder('bank/team.md').fsPath);
  await set('banks', undefined);
  await until('gone', async () => (await status()).warnings.length === 0 && (await status()).banks.length === 1);
});

check('a file of a bank has an outline, completion and a rename across files; other Markdown and Python have none of ours', async () => {
  await set('banks', ['${workspaceFolder}/bank']);
  const team = await open(inFolder('bank/team.md'));
  const symbols = (document) => run_('vscode.executeDocumentSymbolProvider', document.uri);
  const ours = (found) => (found ?? []).flatMap((topic) => topic.children ?? []).filter(({ detail }) => detail === 'blue-widgets');
  const [question] = await until('our symbols', async (saw) => {
    const found = await symbols(team);
    saw(found?.map(({ name }) => name));
    return ours(found).length === 1 && ours(found);
  });
  assert.equal(question.name, 'Who paints the blue widgets?');
  assert.equal(team.getText(question.selectionRange), 'Who paints the blue widgets?');

  const list = await run_('vscode.executeCompletionItemProvider', team.uri, at(team, 'constructs', 'Lock'));
  const labels = list.items.map(({ label }) => label.label ?? label);
  assert(labels.includes('threading.Lock'), labels.slice(0, 20).join(' '));

  assert((await card(team, at(team, 'Who paints', 'paints')))?.includes('The painter thread'));
  const edit = await run_('vscode.executeDocumentRenameProvider', team.uri, at(team, 'id: blue', 'blue'), 'painted-widgets');
  const files = edit.entries().map(([uri, edits]) => [path.basename(uri.fsPath), edits.map(({ newText }) => newText)]);
  assert.deepEqual(files.sort(), [
    ['more.md', ['painted-widgets']],
    ['team.md', ['painted-widgets']],
  ]);
  assert(await vscode.workspace.applyEdit(edit));
  assert(team.getText().includes('id: painted-widgets;'));

  const python = await run_('vscode.executeDocumentSymbolProvider', sample.uri);
  assert.equal((python ?? []).length, 0, JSON.stringify(python));
  const other = await vscode.workspace.openTextDocument({ language: 'markdown', content: team.getText() });
  assert.equal(ours(await symbols(other)).length, 0);
  assert.equal(await card(other, at(other, 'Who paints', 'paints')), undefined);

  await set('banks', undefined);
  await until('the outline is gone with the bank', async () => ours(await symbols(team)).length === 0);
  for (const document of [team, await vscode.workspace.openTextDocument(inFolder('bank/more.md'))]) {
    await vscode.window.showTextDocument(document);
    await run_('workbench.action.files.revert');
  }
  sample = await open(inFolder('sample.py'));
});

check('restart, twice in a row', async () => {
  await run_('interview.restart');
  await run_('interview.restart');
  await until('a card', () => card(sample, at(sample, 'g.collect()', 'collect')));
  await Promise.all([run_('interview.restart'), run_('interview.restart')]);
  await until('a card', () => card(sample, at(sample, 'g.collect()', 'collect')));
  assert.equal(servers().length, 1, 'more than one server is left');
});

check('the server is started again when it is killed', async () => {
  const [old] = servers();
  process.kill(old, 'SIGKILL');
  await until('another process', () => servers().length === 1 && servers()[0] !== old);
  await until('a card', () => card(sample, at(sample, 'g.collect()', 'collect')));
});

check('a server that keeps dying stays down, the status says so, and Restart mends it', async () => {
  for (let i = 0; i < 4; i++) {
    const [pid] = await until(`server number ${i + 2}`, async () => {
      const found = servers();
      return found.length === 1 && (await status()) && found;
    });
    process.kill(pid, 'SIGKILL');
    await until('its end', () => !servers().includes(pid));
  }
  await until('the failure in the report', async (saw) => {
    const report = await statusReport();
    saw(report);
    return /Error +.*ended 5 times/.test(report);
  });
  assert.equal(servers().length, 0);
  await run_('interview.restart');
  await until('a card', () => card(sample, at(sample, 'g.collect()', 'collect')));
});

check('interview.status is a report with version, binary, bank and settings', async () => {
  const report = await until('a report of a running server', async (saw) => {
    const text = await statusReport();
    saw(text);
    return /, running$/m.test(text) && text;
  });
  for (const part of [/^Extension +\d/m, /^Editor +.*\d+\.\d+/m, /^Server +\d+\.\d+\.\d+.*, running$/m, /^Binary +\/.*\(inside the extension\)$/m, /^Bank +built in: \d+ questions/m, /^Warnings +none$/m, /Settings in force\n\{/]) {
    assert.match(report, part);
  }
});

check('a missing binary: the setting, the path and what to do', async () => {
  await set('server.path', '~/no/such/interview-lsp');
  const report = await failureReport(`${path.join(os.homedir(), 'no/such/interview-lsp')} does not run: there is no such file`);
  assert(report.includes('Correct the setting interview.server.path'), report);
});

check('a program for another system and a program that is not ours are told apart', async () => {
  const foreign = path.join(folder().fsPath, 'foreign');
  const elf = Buffer.alloc(64);
  elf.write('\x7fELF\x02\x01\x01', 'latin1');
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(process.arch === 'x64' ? 0xb7 : 0x3e, 18);
  fs.writeFileSync(foreign, elf, { mode: 0o755 });
  await set('server.path', foreign);
  await failureReport('foreign does not run: the file is not a program for this system');
  await set('server.path', '/bin/echo');
  await failureReport('/bin/echo does not run: --version answered');
  fs.chmodSync(foreign, 0o644);
  await set('server.path', foreign);
  await failureReport('foreign does not run: the file may not be executed');
});

check('the setting cleared: the server inside the extension again', async () => {
  await set('server.path', undefined);
  await until('a card', () => card(sample, at(sample, 'g.collect()', 'collect')));
  await until('the report', async () => (await statusReport()).includes('(inside the extension)'));
});

check('a server named by the setting is the one that runs', async () => {
  const copy = path.join(folder().fsPath, 'my-interview-lsp');
  fs.copyFileSync(process.env.INTERVIEW_LSP, copy);
  fs.chmodSync(copy, 0o755);
  await set('server.path', './my-interview-lsp');
  await until('the report', async (saw) => {
    const report = await statusReport();
    saw(report);
    return report.includes(`${copy} (from the setting interview.server.path)`) && report.includes('running');
  });
  await until('a card', () => card(sample, at(sample, 'g.collect()', 'collect')));
  await set('server.path', undefined);
  await until('the bundled one', async () => (await statusReport()).includes('(inside the extension)'));
});

// --- what the checks look at

async function statusReport() {
  await run_('interview.status');
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'interview-status');
  return document?.getText() ?? '';
}

function failureReport(mark = '') {
  let report = '';
  return until(`a report of failure ${mark}`, async (saw) => {
    report = await statusReport();
    saw(report);
    return /^Server .*failed$/m.test(report) && report.includes(mark) && report;
  });
}

/** The ids of the server processes that this extension host started. */
function servers() {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(/^PPid:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
        const state = /^State:\s+(\w)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return parent === process.pid && state !== 'Z' && /interview-lsp\0serve/.test(command);
      } catch {
        return false; // It ended meanwhile.
      }
    });
}

/** The text of the extension's output channel, from the log on disk. */
function outputText() {
  return fs
    .readdirSync(logs, { recursive: true })
    .filter((name) => /Interview\.log$/.test(name))
    .map((name) => fs.readFileSync(path.join(logs, name), 'utf8'))
    .join('\n');
}

/** The results that the trace shows for automatic code action requests. */
function automaticAnswers(trace) {
  const automatic = new Set();
  const answers = [];
  for (const part of trace.split(/(?=\[Trace )/)) {
    const request = /Sending request 'textDocument\/codeAction - \((\d+)\)'/.exec(part);
    if (request && /"triggerKind": 2/.test(part)) automatic.add(request[1]);
    const response = /Received response 'textDocument\/codeAction - \((\d+)\)'/.exec(part);
    if (response && automatic.has(response[1])) answers.push(/Result: ([\s\S]*?)\n\s*(?:\n|$)/.exec(part)?.[1].replace(/\s/g, '') ?? part);
  }
  return answers;
}
