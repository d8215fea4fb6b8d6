// Finds the server's binary and makes sure that it runs, before the language
// client gets it: a client that starts a bad binary can only say that a
// connection was closed.

import { execFile } from 'node:child_process';
import { access, chmod, constants, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { headLength, platformOf } from './executable';
import { causeOf, expandHome, versionOf } from './text';

export const pathSetting = 'interview.server.path';

export interface Server {
  path: string;
  version: string;
  origin: 'setting' | 'bundled' | 'path';
}

/** A message for the user: what was tried, why it failed, what to do. */
export class ServerError extends Error {}

const program = process.platform === 'win32' ? 'interview-lsp.exe' : 'interview-lsp';

export async function findServer(context: vscode.ExtensionContext): Promise<Server> {
  const configured = vscode.workspace.getConfiguration('interview').get<unknown>('server.path');
  if (typeof configured === 'string' && configured.trim() !== '') {
    const expanded = expandHome(configured.trim(), homedir());
    const base = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    // A bare name is looked for on the PATH, anything with a slash is a file.
    const file = /[/\\]/.test(expanded) && base !== undefined ? path.resolve(base, expanded) : expanded;
    return { path: file, version: await versionAt(file, 'setting'), origin: 'setting' };
  }
  const bundled = context.asAbsolutePath(path.join('server', program));
  if (await exists(bundled)) {
    return { path: bundled, version: await versionAt(bundled, 'bundled'), origin: 'bundled' };
  }
  const found = await onPath();
  if (found !== undefined) {
    return { path: found, version: await versionAt(found, 'path'), origin: 'path' };
  }
  throw new ServerError(
    vscode.l10n.t(
      'Interview: this build of the extension has no server for {0}, and there is no {1} on the PATH. Install the extension for your platform, or install the server and put its path into the setting {2}.',
      `${process.platform}-${process.arch}`,
      program,
      pathSetting,
    ),
  );
}

async function versionAt(file: string, origin: Server['origin']): Promise<string> {
  try {
    return await askVersion(file);
  } catch (error) {
    // Some unpackers drop the executable bit. The file is ours to mend.
    if (origin === 'bundled' && (error as NodeJS.ErrnoException).code === 'EACCES') {
      try {
        await chmod(file, 0o755);
        return await askVersion(file);
      } catch {
        // The first error says more.
      }
    }
    throw new ServerError(await explain(file, origin, error as NodeJS.ErrnoException));
  }
}

function askVersion(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    try {
      execFile(file, ['--version'], { timeout: 20_000, windowsHide: true }, (error, stdout, stderr) => {
        const version = versionOf(stdout);
        if (error === null && version !== undefined) return resolve(version);
        if (error !== null && typeof error.code === 'string') return reject(error);
        const said = (stderr || stdout).trim().split('\n')[0].slice(0, 200);
        const how = error?.killed
          ? vscode.l10n.t('no answer to --version within 20 seconds')
          : error?.signal
            ? vscode.l10n.t('--version ended with {0}', error.signal)
            : vscode.l10n.t('--version answered "{0}" (exit code {1})', said, String(error?.code ?? 0));
        reject(new Error(how));
      }).stdin?.end();
    } catch (error) {
      reject(error); // macOS and Windows throw for a file of another system.
    }
  });
}

async function explain(file: string, origin: Server['origin'], error: NodeJS.ErrnoException): Promise<string> {
  // Linux hands a program that it cannot load to the shell, so the error code
  // alone would not tell.
  const platform = await platformOfFile(file);
  const here = `${process.platform}-${process.arch}`;
  const cause =
    platform !== undefined && platform !== here && error.code !== 'EACCES'
      ? 'foreign'
      : causeOf({ code: error.code, message: error.message, exists: await exists(file) });
  const why = {
    missing: vscode.l10n.t('there is no such file'),
    forbidden: vscode.l10n.t('the file may not be executed'),
    foreign: vscode.l10n.t('the file is not a program for this system ({0})', here),
    other: error.message,
  }[cause];
  const todo =
    origin === 'setting'
      ? vscode.l10n.t('Correct the setting {0}, or clear it to use the server inside the extension.', pathSetting)
      : vscode.l10n.t('Install the extension for your platform, or put the path of a working server into the setting {0}.', pathSetting);
  return vscode.l10n.t('Interview: the server {0} does not run: {1}. {2}', file, why, todo);
}

async function platformOfFile(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headLength), 0, headLength, 0);
      return platformOf(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    return undefined; // Missing, or a name on the PATH.
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    // An empty or relative entry would run what lies in the opened folder.
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, program);
    if (await exists(file)) return file;
  }
  return undefined;
}
