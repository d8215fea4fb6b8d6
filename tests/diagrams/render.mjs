// Draws every `mermaid` block of the Markdown files below the folders that are named, once, in Chromium (CHROMIUM names another
// one). Prints FILE:LINE and what went wrong for each that gives no picture, and a closing count.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagramsBelow } from './diagrams.mjs';

const chromium = process.env.CHROMIUM ?? 'chromium';
const bundle = fileURLToPath(new URL('node_modules/mermaid/dist/mermaid.min.js', import.meta.url));
const diagrams = diagramsBelow(process.argv.slice(2));

// One page draws them all, one after the other, and leaves its findings in the document.
const draw = async (texts) => {
  mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });
  const found = [];
  for (const [n, text] of texts.entries()) {
    try {
      const { svg } = await mermaid.render(`diagram${n}`, text);
      const holder = document.body.appendChild(document.createElement('div'));
      holder.innerHTML = svg;
      const { width, height } = holder.firstElementChild.getBoundingClientRect();
      found.push(width > 20 && height > 20 ? '' : `an empty picture of ${width} x ${height}`);
      holder.remove();
    } catch (error) {
      found.push(`${error.message || error}`);
    }
  }
  document.body.textContent = `FOUND${encodeURIComponent(JSON.stringify(found))}END`;
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'diagrams-'));
const page = path.join(folder, 'page.html');
const texts = JSON.stringify(diagrams.map(({ text }) => text)).replaceAll('<', '\\u003c');
fs.writeFileSync(
  page,
  `<!doctype html><meta charset="utf-8"><body><script src="file://${bundle}"></script><script>(${draw})(${texts});</script>`,
);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
flags.push(`--user-data-dir=${path.join(folder, 'profile')}`, '--virtual-time-budget=3600000', '--dump-dom', `file://${page}`);
const { stdout, stderr, error } = spawnSync(chromium, flags, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 300_000 });
fs.rmSync(folder, { recursive: true, force: true });
const answer = /FOUND(.*)END/.exec(stdout ?? '');
if (!answer) {
  console.log(`${chromium} did not draw the page: ${error?.message ?? stderr.trim().split('\n').slice(-5).join('\n')}`);
  process.exit(1);
}
const faults = JSON.parse(decodeURIComponent(answer[1]));
faults.forEach((fault, n) => {
  if (fault) console.log(`${diagrams[n].file}:${diagrams[n].line}: ${fault}`);
});
const failed = faults.filter(Boolean).length;
if (faults.length === 0) console.log('no diagrams found: is this the right folder?');
console.log(`${faults.length - failed} drawn, ${failed} not`);
process.exit(failed > 0 || faults.length === 0 ? 1 : 0);
