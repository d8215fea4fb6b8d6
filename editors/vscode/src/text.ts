// Pure functions over strings: no `vscode` here, so that they can be tested
// without an editor.

/** Markdown as one plain line, for the Quick Pick, which draws neither. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, '$1') // `__init__` keeps its underscores
    .replace(/`+([^`]*)`+/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A label is searched for `$(icon)`; a question may well hold that text. */
export function label(markdown: string): string {
  return plain(markdown).replace(/\$\(/g, '\\$(');
}

/** `~/x` in the user's home folder; any other path as it is. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith('~\\') ? home + path.slice(1) : path;
}

/** A question as the name of a file: what the preview's tab shows. */
export function fileName(markdown: string): string {
  const name = plain(markdown)
    .replace(/[\\/:*?"<>|#%\x00-\x1f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return Array.from(name).slice(0, 60).join('').trim() || 'question';
}

/** The anchor of a heading, as GitHub and VS Code make it. */
export function slug(markdown: string): string {
  return plain(markdown)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** How a program failed to run. */
export interface RunFailure {
  /** Node's error code: `ENOENT`, `EACCES`, ... */
  code?: string;
  message: string;
  /** Is there a file of that name? */
  exists: boolean;
}

export type Cause = 'missing' | 'forbidden' | 'foreign' | 'other';

/** Why a program did not run, as far as a person can do something about it. */
export function causeOf(failure: RunFailure): Cause {
  switch (failure.code) {
    case 'ENOENT':
      // The file is there, what loads it is not: built for another C library.
      return failure.exists ? 'foreign' : 'missing';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    case 'ENOEXEC': // Linux
    case 'EBADARCH': // macOS
    case 'EFTYPE':
    case 'UNKNOWN': // Windows
      return 'foreign';
    default:
      // macOS has no name for its "bad CPU type" in older versions of Node.
      return /-86\b|bad CPU type/i.test(failure.message) ? 'foreign' : 'other';
  }
}

/** `interview-lsp 0.1.0` to `0.1.0`; another program's answer to nothing. */
export function versionOf(output: string): string | undefined {
  return /^interview-lsp (\d+\.\d+\.\d+\S*)/.exec(output.trim())?.[1];
}
