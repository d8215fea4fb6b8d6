// What the server answers: the shapes of its four commands, and nothing else.
// The server's commands and this extension's never share an id: the language
// client registers the server's, and a second registration of the same id
// would make the next start fail.

export const serverCommands = {
  open: 'interview-lsp.open',
  search: 'interview-lsp.search',
  question: 'interview-lsp.question',
  status: 'interview-lsp.status',
} as const;

/** The kind of our code actions. */
export const actionKind = 'interview';

/** A line of search results. */
export interface Question {
  id: string;
  question: string;
  answer: string;
  file: string;
  /** One-based. */
  line: number;
  lang: string;
  level: string;
  constructs: string[];
}

/** A question with the place where it is written. */
export interface FullQuestion extends Question {
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
  markdown: string;
}

export interface Status {
  version: string;
  locale: string;
  questions: number;
  constructs: number;
  banks: { path: string; builtin: boolean; questions: number; languages: string[] }[];
  settings: unknown;
  warnings: string[];
}

/** The one argument of a command, when it is the object it should be. */
export function argument(args: readonly unknown[], field: string): string | undefined {
  const first = args[0];
  const value = typeof first === 'object' && first !== null ? (first as Record<string, unknown>)[field] : first;
  return typeof value === 'string' ? value : undefined;
}
