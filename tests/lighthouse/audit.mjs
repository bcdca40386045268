// Audits pages as a phone would see them: `node audit.mjs '<JSON>'`, see measure.py.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { computeMedianRun } from 'lighthouse/core/lib/median-run.js';

const { chromium, folder, pages, runs } = JSON.parse(process.argv[2]);
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

const chrome = await launch({
  chromePath: chromium,
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'],
});
mkdirSync(folder, { recursive: true });
try {
  const results = [];
  for (const page of pages) results.push(await middling(page));
  console.log(JSON.stringify(results));
} finally {
  await chrome.kill();
}

/** Of several runs the one in the middle: what else the machine does moves each of them. */
async function middling({ name, url, cookie }) {
  const options = {
    port: chrome.port,
    output: 'html',
    logLevel: 'error',
    onlyCategories: CATEGORIES,
    ...(cookie ? { extraHeaders: { Cookie: cookie } } : {}),
  };
  const seen = [];
  for (let run = 0; run < runs; run += 1) seen.push(await audited(url, options));
  const lhr = computeMedianRun(seen.map(({ own }) => own.lhr));
  const { own, waited } = seen.find((each) => each.own.lhr === lhr);
  writeFileSync(`${folder}/${name}.html`, own.report);
  return { name, ...scores(lhr), 'beside all else': performance(waited), failing: failing(lhr) };
}

/**
 * Looked at once and judged twice: as it went, and by the time that its own work took the
 * processor, which is what the page can answer for. On a machine with nothing else to do
 * both are the same. On a busy one the trace may lack its beginning: then once more.
 */
async function audited(url, options, tries = 3) {
  const gathered = `${folder}/gathered`;
  await lighthouse(url, { ...options, gatherMode: gathered });
  const judged = { ...options, auditMode: gathered };
  const waited = await lighthouse(url, judged);
  countOwnTime(`${gathered}/trace.json`);
  const own = await lighthouse(url, judged);
  rmSync(gathered, { recursive: true });
  return own.lhr.categories.performance.score !== null || tries === 1
    ? { own, waited: waited.lhr }
    : audited(url, options, tries - 1);
}

/** A task lasted as long as its thread had the processor, not as long as it was kept from it. */
function countOwnTime(file) {
  const trace = JSON.parse(readFileSync(file, 'utf8'));
  for (const event of trace.traceEvents) {
    if (event.ph === 'X' && event.tdur < event.dur) event.dur = event.tdur;
  }
  writeFileSync(file, JSON.stringify(trace));
}

function performance({ categories }) {
  return Math.round(categories.performance.score * 100);
}

function scores({ categories, audits, environment }) {
  const score = (id) => Math.round(categories[id].score * 100);
  const value = (id) => Math.round(audits[id].numericValue);
  return {
    ...Object.fromEntries(CATEGORIES.map((id) => [id, score(id)])),
    'largest paint, ms': value('largest-contentful-paint'),
    'blocked, ms': value('total-blocking-time'),
    'layout shift': audits['cumulative-layout-shift'].displayValue,
    // Of the machine at that moment: below 1,000 it had much else to do.
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
