// Packs one VSIX for one platform, with the server inside:
//
//   INTERVIEW_LSP=path/to/interview-lsp npm run package -- --target linux-x64 [--out FILE]
//
// Without INTERVIEW_LSP it takes the release build of this repository, without
// --target the platform it runs on.

import { createVSIX } from '@vscode/vsce';
import { transform } from 'esbuild';
import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from './build.mjs';

// Each target and the platform of its binary, as src/executable.ts names it.
const targets = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-armhf': 'linux-arm',
  'alpine-x64': 'linux-x64',
  'alpine-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};

const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
const target = values.target ?? `${process.platform}-${process.arch}`;
if (!(target in targets)) fail(`unknown target ${target}; one of ${Object.keys(targets).join(', ')}`);
const windows = target.startsWith('win32');
const name = windows ? 'interview-lsp.exe' : 'interview-lsp';

const binary = path.resolve(process.env.INTERVIEW_LSP ?? path.join(root, '../../target/release', name));
if (!existsSync(binary)) fail(`${binary} does not exist; build it with \`cargo build --release\`, or set INTERVIEW_LSP`);
const platform = await platformOfFile(binary);
if (platform !== targets[target]) fail(`${binary} is not a program for ${target}: it is ${platform ?? 'no executable known here'}`);

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const out = path.resolve(process.env.INIT_CWD ?? '.', values.out ?? path.join(root, `interview-lsp-${version}-${target}.vsix`));

await bundle();
rmSync(path.join(root, 'server'), { recursive: true, force: true });
mkdirSync(path.join(root, 'server'));
copyFileSync(binary, path.join(root, 'server', name));
chmodSync(path.join(root, 'server', name), 0o755);
mkdirSync(path.dirname(out), { recursive: true });
await createVSIX({
  cwd: root,
  target,
  packagePath: out,
  dependencies: false, // everything is in the bundle
  allowMissingRepository: true,
  rewriteRelativeLinks: false, // the README's pictures are inside
});
console.log(out);

async function platformOfFile(file) {
  const { code } = await transform(readFileSync(path.join(root, 'src/executable.ts'), 'utf8'), { loader: 'ts', format: 'esm' });
  const { headLength, platformOf } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const head = Buffer.alloc(headLength);
  const fd = openSync(file, 'r');
  const length = readSync(fd, head, 0, headLength, 0);
  closeSync(fd);
  return platformOf(head.subarray(0, length));
}

function fail(message) {
  console.error(`package.mjs: ${message}`);
  process.exit(2);
}
