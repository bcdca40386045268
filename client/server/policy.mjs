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

/**
 * The policy of one page. Its scripts come from here or are the very ones it was
 * rendered with: a nonce would need a render per request, and these pages are cached.
 */
export function policyOf(html) {
  return [
    "default-src 'self'",
    ["script-src 'self'", ...scriptHashes(html)].join(' '),
    "style-src 'self' 'unsafe-inline'", // React writes style attributes
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
