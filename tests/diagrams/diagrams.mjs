// The `mermaid` blocks of Markdown files: which file, which line, what text.
import fs from 'node:fs';
import path from 'node:path';

/** All diagrams of the Markdown files below some folders, in order. */
export function diagramsBelow(folders) {
  const found = [];
  for (const folder of folders) {
    for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
      if (!name.endsWith('.md')) continue;
      const file = path.join(folder, name);
      for (const diagram of diagramsOf(fs.readFileSync(file, 'utf8'))) found.push({ file, ...diagram });
    }
  }
  return found;
}

function* diagramsOf(markdown) {
  const lines = markdown.split(/\r?\n/);
  for (let start = 0; start < lines.length; start += 1) {
    if (!/^\s*```mermaid\s*$/.test(lines[start])) continue;
    let end = start + 1;
    while (end < lines.length && !/^\s*```\s*$/.test(lines[end])) end += 1;
    yield { line: start + 1, text: lines.slice(start + 1, end).join('\n') };
    start = end;
  }
}
