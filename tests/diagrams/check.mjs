// Parses every `mermaid` block of the Markdown files below the folders that are named, with the package that editors and
// GitHub draw them with. Prints FILE:LINE and the parser's words for each that does not parse, and a closing count.
import fs from 'node:fs';
import path from 'node:path';
import { JSDOM } from 'jsdom';

// The parser cleans labels through the DOM, which Node has not.
const { window } = new JSDOM('');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');

let passed = 0;
let failed = 0;
for (const folder of process.argv.slice(2)) {
  for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
    if (!name.endsWith('.md')) continue;
    const file = path.join(folder, name);
    for (const { line, text } of diagrams(fs.readFileSync(file, 'utf8'))) {
      try {
        await mermaid.parse(text);
        passed += 1;
      } catch (error) {
        failed += 1;
        console.log(`${file}:${line}: ${error.message}`);
      }
    }
  }
}
if (passed + failed === 0) console.log('no diagrams found: is this the right folder?');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

function* diagrams(markdown) {
  const lines = markdown.split(/\r?\n/);
  for (let start = 0; start < lines.length; start += 1) {
    if (!/^\s*```mermaid\s*$/.test(lines[start])) continue;
    let end = start + 1;
    while (end < lines.length && !/^\s*```\s*$/.test(lines[end])) end += 1;
    yield { line: start + 1, text: lines.slice(start + 1, end).join('\n') };
    start = end;
  }
}
