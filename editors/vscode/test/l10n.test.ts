import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

test('every message of the code has a Russian one, and no other', () => {
  const source = readdirSync('src').map((file) => readFileSync(`src/${file}`, 'utf8')).join('\n');
  const messages = [...source.matchAll(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)].map((match) => match[1]);
  assert.deepEqual(Object.keys(json('l10n/bundle.l10n.ru.json')).sort(), [...new Set(messages)].sort());
});

test('every text of package.json is there in both languages, and no other', () => {
  const used = new Set([...readFileSync('package.json', 'utf8').matchAll(/%([\w.]+)%/g)].map((match) => match[1]));
  for (const file of ['package.nls.json', 'package.nls.ru.json']) {
    assert.deepEqual(Object.keys(json(file)).sort(), [...used].sort(), file);
  }
});
