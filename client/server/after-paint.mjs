const SCRIPT = /<script(?=[^>]*\ssrc="(\/_next\/[^"]+)")(?=[^>]*\sasync="")[^>]*><\/script>/g;
const PRELOAD = /<link rel="preload"(?=[^>]*\sas="script")[^>]*>/g;

/**
 * The page as it came, but its scripts are asked for once it has been painted. Until then nobody
 * can use them, while fetching and compiling them takes line and processor from what is to be seen.
 */
export function afterPaint(html) {
  const sources = [...html.matchAll(SCRIPT)].map(([, source]) => source);
  if (sources.length === 0) return html;
  const later = `<script>(${startLater})(${JSON.stringify(sources)})</script>`;
  return html
    .replace(PRELOAD, '')
    .replace(SCRIPT, '')
    .replace('</head>', () => `${later}</head>`);
}

/** Runs in the page. A window that nobody sees is not painted, and would wait for ever. */
function startLater(sources) {
  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    for (const source of sources) {
      const script = document.createElement('script');
      script.async = true;
      script.src = source;
      document.head.append(script);
    }
  };
  if (document.hidden) start();
  else requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, 2000);
}
