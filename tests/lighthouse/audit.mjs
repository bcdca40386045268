// Audits pages as a phone would see them: `node audit.mjs <chromium>`, and what to audit
// as JSON on its standard input, see measure.py.
import { mkdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { json } from 'node:stream/consumers';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { computeMedianRun } from 'lighthouse/core/lib/median-run.js';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

const chrome = await launch({
  chromePath: process.argv[2],
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const { folder, pages, runs, yields } = await json(process.stdin);
  setPriority(yields);
  mkdirSync(folder, { recursive: true });
  const results = [];
  for (const page of pages) results.push(await middling(page, folder, runs));
  console.log(JSON.stringify(results));
} finally {
  await chrome.kill();
}

/** Of several runs the one in the middle: what else the machine does moves each of them. */
async function middling({ name, url, cookie }, folder, runs) {
  const options = {
    port: chrome.port,
    output: 'html',
    logLevel: 'error',
    onlyCategories: CATEGORIES,
    ...(cookie ? { extraHeaders: { Cookie: cookie } } : {}),
  };
  const seen = [];
  for (let run = 0; run < runs; run += 1) seen.push(await audited(url, options));
  const lhr = computeMedianRun(seen.map((each) => each.lhr));
  const { report } = seen.find((each) => each.lhr === lhr);
  writeFileSync(`${folder}/${name}.html`, report);
  return { name, ...scores(lhr), failing: failing(lhr) };
}

/** On a busy machine the browser's trace may lack its beginning: then once more. */
async function audited(url, options, tries = 3) {
  const result = await lighthouse(url, options);
  const whole = result.lhr.categories.performance.score !== null;
  return whole || tries === 1 ? result : audited(url, options, tries - 1);
}

function scores({ categories, audits, environment }) {
  const score = (id) => Math.round(categories[id].score * 100);
  const value = (id) => Math.round(audits[id].numericValue);
  return {
    ...Object.fromEntries(CATEGORIES.map((id) => [id, score(id)])),
    'largest paint, ms': value('largest-contentful-paint'),
    'blocked, ms': value('total-blocking-time'),
    'layout shift': audits['cumulative-layout-shift'].displayValue,
    // Of the machine at that moment: below 1,000 it had too much else to do.
    'machine speed': Math.round(environment.benchmarkIndex),
  };
}

/** What cost points in the categories that are no matter of speed. */
function failing({ categories, audits }) {
  return CATEGORIES.slice(1).flatMap((id) =>
    categories[id].auditRefs
      .filter(({ weight, id: audit }) => weight > 0 && (audits[audit].score ?? 1) < 1)
      .map(({ id: audit }) => audit),
  );
}
