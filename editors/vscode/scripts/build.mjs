// Bundles the extension into dist/extension.js and writes the licences of the
// packages that went into it to ThirdPartyNotices.txt.

import { build } from 'esbuild';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export async function bundle() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node18', // of the oldest VS Code in `engines`
    format: 'cjs',
    external: ['vscode'],
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(path.join(root, 'ThirdPartyNotices.txt'), notices(Object.keys(metafile.inputs)));
}

function notices(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) folders.add(found[1]);
  }
  const parts = [...folders].sort().map((folder) => {
    const absolute = path.join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(path.join(absolute, 'package.json'), 'utf8'));
    const file = readdirSync(absolute).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(path.join(absolute, file), 'utf8').trim()}\n`;
  });
  return `This extension contains code of the following packages.\n\n${parts.join(`\n${'-'.repeat(78)}\n\n`)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(path.join(root, 'node_modules'))) throw new Error('run `npm ci` first');
  await bundle();
}
