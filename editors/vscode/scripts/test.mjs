// Runs the tests of the pure functions in test/ under Node's own test runner.

import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './build.mjs';

const out = mkdtempSync(path.join(tmpdir(), 'interview-vscode-'));
try {
  const tests = readdirSync(path.join(root, 'test')).filter((name) => name.endsWith('.test.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  const files = tests.map((name) => path.join(out, name.replace(/\.ts$/, '.js')));
  process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit', cwd: root }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
