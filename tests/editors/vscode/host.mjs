// Opens the workbench, so that the extension host starts, and passes on what
// the checks inside it (host/extension.js) write.

import { readFileSync } from 'node:fs';
import { fail, ok, shot, until, withPage } from './browser.mjs';

const [url] = process.argv.slice(2);
const lines = () =>
  readFileSync(process.env.INTERVIEW_TEST_RESULTS, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

let failed = 0;
await withPage(url, async (page) => {
  let shown = 0;
  for (let done = false; !done; ) {
    // Each check inside has a minute for each thing it waits for.
    await until('the next check of the extension host', () => lines().length > shown, 400_000).catch((error) => {
      fail('the extension host goes on', error);
      failed++;
      done = true;
    });
    for (const line of lines().slice(shown)) {
      shown++;
      if (line.done) {
        ok(`Visual Studio Code ${line.version}`);
        done = true;
      } else if (line.ok) {
        ok(`host: ${line.what}`);
      } else {
        fail(`host: ${line.what}`, line.error);
        failed++;
        await page.screenshot({ path: shot(`vscode-failed-host-${failed}.png`) });
      }
    }
  }
});
process.exit(failed === 0 ? 0 : 1);
