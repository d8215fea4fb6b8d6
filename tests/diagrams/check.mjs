// Parses every `mermaid` block of the Markdown files below the folders that are named, with the package that editors and
// GitHub draw them with. Prints FILE:LINE and the parser's words for each that does not parse, and a closing count.
import { JSDOM } from 'jsdom';
import { diagramsBelow } from './diagrams.mjs';

// The parser cleans labels through the DOM, which Node has not.
const { window } = new JSDOM('');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');

let passed = 0;
let failed = 0;
for (const { file, line, text } of diagramsBelow(process.argv.slice(2))) {
  try {
    await mermaid.parse(text);
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`${file}:${line}: ${error.message}`);
  }
}
if (passed + failed === 0) console.log('no diagrams found: is this the right folder?');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
