// The window itself: hover, the card's link, the preview with its diagram, the
// Quick Fix menu and the search, as a person uses them. What it shows on the
// way becomes the pictures of the README, in $SHOTS.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fail, limit, ok, shot, until, withPage } from './browser.mjs';

const [url, profile] = process.argv.slice(2);
const cli = (...args) => JSON.parse(execFileSync(process.env.INTERVIEW_LSP, args, { encoding: 'utf8' }));
const english = new Map(cli('questions', '--lang', 'en', '--format', 'json').filter(({ lang }) => lang === 'en').map((question) => [question.id, question]));
const russian = new Map(cli('questions', '--lang', 'ru', '--format', 'json').filter(({ lang }) => lang === 'ru').map((question) => [question.id, question]));

/** Markdown as it reads when drawn, for comparing with a page's text. */
const drawn = (markdown) => markdown.replace(/[`*]/g, '').replace(/\s+/g, ' ').trim();

let failures = 0;
await withPage(url, async (page, foreign) => {
  const step = async (what, body) => {
    try {
      await body();
      ok(`ui: ${what}`);
      return true;
    } catch (error) {
      failures++;
      fail(`ui: ${what}`, error);
      await page.screenshot({ path: shot(`vscode-failed-ui-${failures}.png`) }).catch(() => {});
      return false;
    }
  };

  // --- helpers

  const file = 'worker.py';
  const editor = page.locator('.editor-instance .monaco-editor').first();

  /** The middle of `word` in the visible line of code that holds `line`. */
  const pointOf = (line, word) =>
    until(`${word} of ${line} is visible`, () =>
      editor.evaluate((root, [line, word]) => {
        for (const element of root.querySelectorAll('.view-line')) {
          const text = element.textContent.replaceAll('\u00a0', ' ');
          if (!text.includes(line)) continue;
          const start = text.indexOf(line) + line.indexOf(word);
          const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          for (let offset = 0, node; (node = walker.nextNode()); offset += node.length) {
            if (start >= offset + node.length) continue;
            const range = document.createRange();
            range.setStart(node, start - offset);
            range.setEnd(node, Math.min(node.length, start - offset + word.length));
            const { left, top, width, height } = range.getBoundingClientRect();
            return width > 0 && { x: left + width / 2, y: top + height / 2 };
          }
        }
        return undefined;
      }, [line, word]),
    );

  const card = page.locator('.monaco-hover:visible').filter({ hasText: /Interview\s·/ }).first();
  const hover = async (line, word) => {
    const { x, y } = await pointOf(line, word);
    await until(`a card on ${word}`, async () => {
      await page.mouse.move(x + 200, 5);
      await page.mouse.move(x - 1, y);
      await page.mouse.move(x, y);
      return card.waitFor({ timeout: 8000 }).then(() => true, () => false);
    });
    return card;
  };
  const click = async (line, word) => {
    const { x, y } = await pointOf(line, word);
    await page.keyboard.press('Escape');
    await page.mouse.click(x, y);
    await page.mouse.move(x + 300, 5); // A late hover would take the keyboard.
  };

  const command = async (title) => {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget:visible input.input');
    await input.waitFor({ timeout: limit });
    await input.fill(`>${title}`);
    await page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: title }).first().waitFor({ timeout: limit });
    await page.keyboard.press('Enter');
  };

  /** Waits for the preview, in the second column, with a question's heading at the top and every diagram drawn. */
  const landed = (question, allowed = 1) => {
    const heading = drawn(question);
    return until(`the preview stands at "${heading}" with its diagrams drawn`, async (saw) => {
      const tabs = await page.locator('.editor-group-container').nth(1).locator('.tab').allInnerTexts();
      const columns = await page.locator('.editor-group-container').count();
      saw({ tabs, columns });
      if (tabs.length !== allowed || columns !== 2) return undefined;
      for (const frame of page.frames()) {
        const sight = await frame
          .evaluate((heading) => {
            const found = [...document.querySelectorAll('h1, h2, h3, h4')].find((element) => element.textContent.replace(/\s+/g, ' ').trim() === heading);
            if (found === undefined) return undefined;
            return {
              top: found.getBoundingClientRect().top,
              height: innerHeight,
              undrawn: document.querySelectorAll('code.language-mermaid').length + [...document.querySelectorAll('.mermaid')].filter((element) => element.querySelector('svg') === null).length,
              svgs: [...document.querySelectorAll('[class*=mermaid] svg')].filter((svg) => svg.getBoundingClientRect().height > 50).length,
            };
          }, heading)
          .catch(() => undefined);
        if (sight === undefined) continue;
        saw(sight);
        if (sight.undrawn === 0 && sight.top > -5 && sight.top < sight.height / 4) return { ...sight, frame };
      }
      return undefined;
    });
  };

  const size = page.viewportSize();
  const area = () => page.locator('.part.editor').boundingBox();
  const picture = async (name, locators, { pad = 16, padTop = pad, left: fixed, top: fixedTop, within } = {}) => {
    const boxes = [];
    for (const locator of locators) boxes.push(await locator.boundingBox());
    const view = within ?? { x: 0, y: 0, ...page.viewportSize() };
    const left = fixed ?? Math.max(view.x, Math.min(...boxes.map((box) => box.x)) - pad);
    const top = fixedTop ?? Math.max(view.y, Math.min(...boxes.map((box) => box.y)) - padTop);
    const right = Math.min(view.x + view.width, Math.max(...boxes.map((box) => box.x + box.width)) + pad);
    const bottom = Math.min(view.y + view.height, Math.max(...boxes.map((box) => box.y + box.height)) + pad);
    for (const frame of page.frames()) {
      // What the page holds may be ahead of what is painted.
      await frame.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))).catch(() => {});
    }
    await page.screenshot({ path: shot(name), clip: { x: left, y: top, width: right - left, height: bottom - top } });
  };

  /** The top of the line that the pictures of the hover begin with. */
  const above = async () => (await pointOf('SITE = {', 'SITE')).y - 14;

  // --- the steps

  const opened = await step('a Python file opens and the server comes up', async () => {
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: file });
    await row.waitFor({ timeout: limit });
    await row.dblclick();
    await pointOf('import asyncio', 'asyncio');
    await page.keyboard.press('Control+B');
    await hover('async def', 'async');
  });
  if (!opened) return;

  await step("hover: the card, with the other server's", async () => {
    // VS Code gives a hover a quarter of the window's height: a tall window
    // shows the card whole.
    await page.setViewportSize({ width: 1000, height: 1900 });
    await hover('lock = L()', 'L');
    await page.locator('.monaco-hover:visible').filter({ hasText: '(symbol) L' }).first().waitFor({ timeout: limit });
    const text = await card.innerText();
    if (!text.includes('threading.Lock')) throw new Error(text);
    const link = card.locator('a', { hasText: 'Open' }).first();
    await link.waitFor({ timeout: limit });
    await picture('vscode-hover.png', [page.locator('.monaco-hover:visible').last()], { pad: 24, left: 0, top: await above(), within: await area() });
    await page.setViewportSize(size);
  });

  await step("the card's link opens the question in the preview, beside the code", async () => {
    await hover('lock = L()', 'L');
    const link = card.locator('a', { hasText: 'Open' }).first();
    const href = decodeURIComponent((await link.getAttribute('data-href')) ?? (await link.getAttribute('href')) ?? '');
    const id = /"id":\s*"([^"]+)"/.exec(href)?.[1];
    const question = english.get(id);
    if (question === undefined) throw new Error(`no question in ${href}`);
    await link.click();
    await landed(question.question);
  });

  const menu = page.locator('.action-widget').filter({ hasText: 'Interview: ' });
  const quickFix = (line, word) =>
    until('the Quick Fix menu', async () => {
      await click(line, word);
      await page.keyboard.press('Control+.');
      return menu.waitFor({ timeout: 8000 }).then(() => true, () => false);
    });

  await step('Ctrl+. lists questions and the search; choosing one opens it in the same preview', async () => {
    await quickFix('lock = L()', 'lock');
    const items = (await menu.locator('.monaco-list-row.action').allInnerTexts()).map((text) => text.trim()).filter((text) => text.startsWith('Interview: '));
    if (items.length < 2 || items.at(-1) !== 'Interview: search for more…') throw new Error(JSON.stringify(items));
    await picture('vscode-actions.png', [menu], { pad: 40, padTop: 60, within: await area() });
    const chosen = items.length > 2 ? items[1] : items[0];
    await menu.locator('.monaco-list-row.action', { hasText: chosen }).first().click();
    await landed(chosen.replace(/^Interview: /, ''));
  });

  const pick = page.locator('.quick-input-widget:visible');
  const rows = async () => (await pick.locator('.monaco-list-row .quick-input-list-row:first-child .label-name').allInnerTexts()).map(drawn);
  /** Types into the Quick Pick and waits for the server's results in its order. */
  const typed = (query, lang) => {
    const expected = cli('search', query, '--lang', lang, '--limit', '30', '--format', 'json').map(({ question }) => drawn(question));
    if (expected.length === 0) throw new Error(`the server finds nothing for ${query}`);
    return until(`the results for ${query}, in the server's order`, async (saw) => {
      const seen = await rows();
      saw({ seen, expected });
      return seen.length > 0 && seen.length === Math.min(seen.length, expected.length) && seen.every((label, index) => label === expected[index]) && expected;
    });
  };

  await step('the search: typing "race" and "гонка"', async () => {
    await command('Interview: Search Questions');
    await pick.locator('.quick-input-title', { hasText: 'Interview: search questions' }).waitFor({ timeout: limit });
    await until('questions before anything is typed', async () => (await rows()).length > 3);
    await page.keyboard.type('гонка', { delay: 40 });
    await typed('гонка', 'en');
    await pick.locator('input.input').fill('');
    await page.keyboard.type('race', { delay: 40 });
    const [first] = await typed('race', 'en');
    await picture('vscode-search.png', [pick], { pad: 24, padTop: 0 });
    await page.keyboard.press('Enter');
    await landed(first);
    if (first !== 'What is a race condition?') throw new Error(first);
  });

  await step('a link to a related question opens it, and a search from inside the preview stays in its column', async () => {
    const { frame } = await landed('What is a race condition?');
    const link = frame.locator('a[data-href^="./"]').first();
    const related = await link.innerText();
    await link.click();
    await landed(related, 2); // VS Code keeps the tab that the link was in.
    await command('Interview: Search Questions');
    await pick.locator('.quick-input-title', { hasText: 'Interview: search questions' }).waitFor({ timeout: limit });
    await until('questions', async () => (await rows()).length > 3);
    await page.keyboard.type('deadlock');
    const [first] = await typed('deadlock', 'en');
    await page.keyboard.press('Enter');
    await landed(first, 2);
    await command('View: Close All Editors in Group');
    await until('the preview is closed', async () => (await page.locator('.editor-group-container').count()) === 1);
  });

  await step('the questions about the code at the cursor', async () => {
    await click('lock = L()', 'lock');
    await command('Interview: Open a Question About This Code');
    await pick.locator('.quick-input-title', { hasText: 'code at the cursor' }).waitFor({ timeout: limit });
    const [first] = await until('the questions', async () => {
      const all = await rows();
      return all.at(-1) === 'Search all questions…' && all.length > 2 && all;
    });
    await page.keyboard.press('Enter');
    await landed(first);
  });

  await step('the preview draws the diagram as SVG', async () => {
    const question = english.get('gil-effect') ?? [...english.values()].find(({ question }) => question.includes('GIL'));
    await page.setViewportSize({ width: 1280, height: 960 });
    await command('Interview: Search Questions');
    await pick.locator('.quick-input-title', { hasText: 'Interview: search questions' }).waitFor({ timeout: limit });
    await until('questions', async () => (await rows()).length > 3);
    await page.keyboard.insertText(drawn(question.question));
    await until('the question', async () => (await rows())[0] === drawn(question.question));
    await page.keyboard.press('Enter');
    const { svgs } = await landed(question.question);
    if (svgs === 0) throw new Error('no diagram');
    await picture('vscode-question.png', [page.locator('.part.editor')], { pad: 0 });
    await page.setViewportSize(size);
  });

  await step('"search for more…" opens the search with the construct typed in', async () => {
    await quickFix('lock = L()', 'lock');
    await menu.locator('.monaco-list-row.action', { hasText: 'search for more' }).first().click();
    await pick.locator('.quick-input-title', { hasText: 'Interview: search questions' }).waitFor({ timeout: limit });
    const query = await pick.locator('input.input').inputValue();
    if (query !== 'threading.Lock') throw new Error(query);
    await typed(query, 'en');
    await page.keyboard.press('Escape');
  });

  await step('the language status shows version and number of questions', async () => {
    await click('lock = L()', 'lock');
    await page.locator('.statusbar-item[id*="languageStatus"], .statusbar-item[id*="status.languageStatus"]').first().hover();
    await until('the entries', async (saw) => {
      const text = (await page.locator('.hover-language-status').allInnerTexts()).join(' ');
      saw(text);
      return text.includes(`${english.size} questions`) && /interview-lsp \d+\.\d+\.\d+/.test(text);
    });
    await page.mouse.move(400, 5);
    await page.keyboard.press('Escape');
  });

  await step('in Russian: card, link, and the preview at a Cyrillic heading', async () => {
    await command('Preferences: Open Settings (UI)');
    await page.locator('.settings-editor .search-container .monaco-editor.focused').waitFor({ timeout: limit });
    await page.keyboard.type('interview.locale');
    const choice = page.locator('.settings-editor .setting-item-enum', { hasText: 'The language of cards and questions' }).locator('select');
    await choice.waitFor({ timeout: limit });
    await choice.selectOption('ru');
    await until('the setting is saved', async () => readFileSync(path.join(profile, 'data/User/settings.json'), 'utf8').includes('"interview.locale": "ru"'));
    await page.keyboard.press('Escape'); // The settings may be a dialog.
    await page.locator('.tab', { hasText: file }).click();
    await command('View: Close Editors in Other Groups');
    await page.locator('.tab', { hasText: '.md' }).waitFor({ state: 'detached', timeout: limit });
    await page.setViewportSize({ width: 1000, height: 2200 });
    await until('a Russian card', async () => {
      await hover('lock = L()', 'L');
      if (/[а-яё]{4}/i.test(await card.innerText())) return true;
      await page.keyboard.press('Escape');
      return false;
    });
    const link = card.locator('a').first();
    const href = decodeURIComponent((await link.getAttribute('data-href')) ?? (await link.getAttribute('href')) ?? '');
    const question = russian.get(/"id":\s*"([^"]+)"/.exec(href)?.[1]);
    if (question === undefined) throw new Error(`no question in ${href}`);
    await picture('vscode-hover-ru.png', [page.locator('.monaco-hover:visible').last()], { pad: 24, left: 0, top: await above(), within: await area() });
    await page.setViewportSize(size);
    await hover('lock = L()', 'L');
    await card.locator('a').first().click();
    await landed(question.question);
    await page.mouse.move(400, 5);
    await picture('vscode-question-ru.png', [page.locator('.part.editor')], { pad: 0 });
  });

  await step('nothing was asked of the network', async () => {
    if (foreign.size > 0) throw new Error([...foreign].join(' '));
  });
}).catch((error) => {
  failures++;
  fail('ui: the window opens', error);
});
process.exit(failures === 0 ? 0 : 1);
