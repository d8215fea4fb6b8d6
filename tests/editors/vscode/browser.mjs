// Chromium with a profile of its own, for both halves of the test.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const { chromium } = createRequire(path.join(process.env.TOOLS, 'package.json'))('playwright-core');

export const limit = 90_000;
export const shot = (name) => path.join(process.env.SHOTS, name);
export const ok = (what) => console.log(`ok ${what}`);
export const fail = (what, seen) => console.log(`FAIL ${what}: ${String(seen?.message ?? seen).replace(/\s*\n\s*/g, ' | ').slice(0, 1500)}`);

/** Polls until `body` returns something true. */
export async function until(what, body, within = limit) {
  const end = Date.now() + within;
  let seen = 'nothing';
  for (;;) {
    try {
      const value = await body((sight) => {
        seen = sight;
      });
      if (value) return value;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > end) throw new Error(`not within ${within / 1000} s: ${what}; last seen: ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function withPage(url, body) {
  const profile = mkdtempSync(path.join(tmpdir(), 'chromium-'));
  const foreign = new Set();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    headless: true,
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 2,
    locale: 'en-US',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars', '--force-color-profile=srgb',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-lcd-text',
    ],
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^https?:$/.test(protocol) && hostname !== '127.0.0.1' && !hostname.endsWith('.vscode-resource.vscode-cdn.net')) foreign.add(`${protocol}//${hostname}`);
    });
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: limit });
    await page.waitForSelector('.monaco-workbench', { timeout: limit });
    await body(page, foreign);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
