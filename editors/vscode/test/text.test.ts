import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argument } from '../src/protocol';
import { platformOf } from '../src/executable';
import { causeOf, expandHome, fileName, label, plain, slug, versionOf } from '../src/text';

test('Markdown becomes one plain line', () => {
  assert.equal(plain('Is `counter += 1` **safe**\nwith [threads](https://x.y/z)?'), 'Is counter += 1 safe with threads?');
  assert.equal(plain('Безопасно ли `counter += 1`?'), 'Безопасно ли counter += 1?');
  assert.equal(plain('`__init__` and 2 * 3 ** 4'), '__init__ and 2 * 3 ** 4');
});

test('a label holds no icons', () => {
  assert.equal(label('What does `$(date)` print?'), 'What does \\$(date) print?');
});

test('the home folder is expanded only at the start', () => {
  assert.equal(expandHome('~/bin/x', '/home/a'), '/home/a/bin/x');
  assert.equal(expandHome('~', '/home/a'), '/home/a');
  assert.equal(expandHome('/x/~/y', '/home/a'), '/x/~/y');
  assert.equal(expandHome('~b/x', '/home/a'), '~b/x');
});

test('a question as a file name', () => {
  assert.equal(fileName('Is `counter += 1` safe when several threads run it?'), 'Is counter += 1 safe when several threads run it');
  assert.equal(fileName('Что такое `a/b`?'), 'Что такое a b');
  assert.equal(fileName('???'), 'question');
  assert.equal(Array.from(fileName('🦀'.repeat(100))).length, 60);
});

test('the anchor of a heading', () => {
  assert.equal(slug('Is `counter += 1` safe?'), 'is-counter--1-safe');
  assert.equal(slug('Чем `Lock` отличается от `RLock`?'), 'чем-lock-отличается-от-rlock');
});

test('why a program did not run', () => {
  const cause = (code: string | undefined, exists: boolean, message = '') => causeOf({ code, exists, message });
  assert.equal(cause('ENOENT', false), 'missing');
  assert.equal(cause('ENOENT', true), 'foreign');
  assert.equal(cause('EACCES', true), 'forbidden');
  assert.equal(cause('ENOEXEC', true), 'foreign');
  assert.equal(cause('UNKNOWN', true), 'foreign');
  assert.equal(cause(undefined, true, 'spawn Unknown system error -86'), 'foreign');
  assert.equal(cause(undefined, true, 'no answer'), 'other');
});

test('the version of our server, not of another program', () => {
  assert.equal(versionOf('interview-lsp 0.1.0\n'), '0.1.0');
  assert.equal(versionOf('interview-lsp 1.20.3-dev (abc)\n'), '1.20.3-dev');
  assert.equal(versionOf('GNU bash, version 5.2'), undefined);
  assert.equal(versionOf(''), undefined);
});

test('arguments of commands, from a link or from a key binding', () => {
  assert.equal(argument([{ id: 'gil' }], 'id'), 'gil');
  assert.equal(argument(['gil'], 'id'), 'gil');
  assert.equal(argument([{ id: 3 }], 'id'), undefined);
  assert.equal(argument([null], 'id'), undefined);
  assert.equal(argument([], 'id'), undefined);
});

test('the system that a program is for', () => {
  const head = (write: (buffer: Buffer) => void) => {
    const buffer = Buffer.alloc(256);
    write(buffer);
    return platformOf(buffer);
  };
  assert.equal(head((b) => (b.write('\x7fELF', 'latin1'), b.writeUInt16LE(0x3e, 18))), 'linux-x64');
  assert.equal(head((b) => (b.write('\x7fELF', 'latin1'), b.writeUInt16LE(0xb7, 18))), 'linux-arm64');
  assert.equal(head((b) => (b.writeUInt32LE(0xfeedfacf, 0), b.writeUInt32LE(0x0100000c, 4))), 'darwin-arm64');
  assert.equal(head((b) => (b.write('MZ'), b.writeUInt32LE(0x80, 0x3c), b.writeUInt16LE(0x8664, 0x84))), 'win32-x64');
  assert.equal(head((b) => (b.write('MZ'), b.writeUInt32LE(0xffffff, 0x3c))), undefined);
  assert.equal(head((b) => b.write('#!/bin/sh')), undefined);
  assert.equal(platformOf(Buffer.alloc(3)), undefined);
});
