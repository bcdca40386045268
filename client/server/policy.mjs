import { createHash } from 'node:crypto';

const INLINE = /<script(?![^>]*\ssrc=)([^>]*)>([\s\S]*?)<\/script>/g;

/** The hashes of a page's inline scripts, each once; data blocks are no scripts. */
export function scriptHashes(html) {
  const hashes = new Set();
  for (const [, attributes, code] of html.matchAll(INLINE)) {
    if (attributes.includes('application/ld+json')) continue;
    hashes.add(`'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  }
  return [...hashes];
}

/** Where Stripe's script and the frames of its card fields come from. */
const SCRIPTS = ['https://js.stripe.com', 'https://*.js.stripe.com'];

/**
 * The policy of one page. Its scripts come from here or are the very ones it was
 * rendered with: a nonce would need a render per request, and these pages are cached.
 * Stripe is let in only where it takes the cards; then on every page, since people come
 * to the one they pay on without loading another document.
 */
export function policyOf(html, { stripe = false } = {}) {
  const of = (...hosts) => (stripe ? ` ${hosts.join(' ')}` : '');
  return [
    "default-src 'self'",
    ["script-src 'self'", ...scriptHashes(html)].join(' ') + of(...SCRIPTS),
    "style-src 'self' 'unsafe-inline'", // React writes style attributes
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${of('https://api.stripe.com')}`,
    "object-src 'none'",
    stripe ? `frame-src${of(...SCRIPTS, 'https://hooks.stripe.com')}` : "frame-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
