// Checks that every link to docs.python.org in the Markdown files below a folder leads to a page and an anchor that exist:
// `node check.mjs FOLDER DOCS`, DOCS being the HTML of the documentation as Debian packs it. Prints FILE:LINE and what is
// missing for each dead link, and a closing count.
import fs from 'node:fs';
import path from 'node:path';

const [folder, docs] = process.argv.slice(2);
if (!folder || !docs || !fs.existsSync(path.join(docs, 'index.html'))) {
  console.log(`usage: check.mjs FOLDER DOCS; there is no documentation in ${docs}`);
  process.exit(2);
}

const anchors = new Map();
let alive = 0;
let dead = 0;
for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
  if (!name.endsWith('.md')) continue;
  const file = path.join(folder, name);
  fs.readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .forEach((line, n) => {
      for (const [link] of line.matchAll(/https?:\/\/docs\.python\.org[^\s)>\]"'`]*/g)) {
        const fault = faultOf(new URL(link));
        if (fault) {
          dead += 1;
          console.log(`${file}:${n + 1}: ${link}: ${fault}`);
        } else {
          alive += 1;
        }
      }
    });
}
if (alive + dead === 0) console.log('no links found: is this the right folder?');
console.log(`${alive} links lead somewhere, ${dead} do not`);
process.exit(dead > 0 || alive === 0 ? 1 : 0);

function faultOf(url) {
  const [, version, ...rest] = url.pathname.split('/');
  if (url.protocol !== 'https:') return 'https, please';
  if (version !== '3') return 'links go to /3/, the current version';
  const page = rest.join('/') || 'index.html';
  const found = anchorsOf(page);
  if (!found) return 'there is no such page';
  const anchor = decodeURIComponent(url.hash.slice(1));
  return anchor && !found.has(anchor) ? `the page has no anchor ${anchor}` : null;
}

/** What a page's links may point at, or null where there is no such page. */
function anchorsOf(page) {
  if (!anchors.has(page)) {
    const file = path.join(docs, page);
    const html = fs.existsSync(file) && fs.statSync(file).isFile() ? fs.readFileSync(file, 'utf8') : null;
    anchors.set(page, html && new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)));
  }
  return anchors.get(page);
}
