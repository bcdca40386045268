/** A page is served from here for so long; Next renews its own copy every few seconds. */
const FRESH = 1_000;
/** Pages kept, the one laid there first goes first. */
const MOST = 500;

const SHARED = /\bs-maxage=[1-9]/;
/** What a page differs by beside its address: Next's own requests for parts of one. */
const PARTS = ['rsc', 'next-router-state-tree', 'next-router-prefetch', 'next-url', 'range'];

/** The address of a whole page, or null for anything else that is asked for. */
export function pageAsked({ method, url, headers }) {
  if (method !== 'GET' || !url || url.startsWith('/_next/')) return null;
  return PARTS.some((name) => name in headers) ? null : url;
}

/** Whether everybody may be answered with this. */
export function isShared(status, headers) {
  return status === 200 && !headers['set-cookie'] && SHARED.test(headers['cache-control'] ?? '');
}

/**
 * Pages as they were just answered. In a rush one page is asked for thousands of
 * times a second: it goes through Next once of these.
 */
export class Shelf {
  #pages = new Map();

  get(url, now = Date.now()) {
    const page = this.#pages.get(url);
    return page && now - page.at < FRESH ? page : null;
  }

  put(url, { headers, body }, now = Date.now()) {
    this.#pages.delete(url);
    this.#pages.set(url, { headers, body, at: now });
    if (this.#pages.size > MOST) this.#pages.delete(this.#pages.keys().next().value);
  }
}

/** Answers with a page of the shelf, or only says that the one a browser has is right. */
export function answer({ headers, body }, request, response) {
  const { etag } = headers;
  const known = etag && request.headers['if-none-match'] === etag;
  response.writeHead(known ? 304 : 200, known ? withoutLength(headers) : headers);
  response.end(known ? undefined : body);
}

function withoutLength({ 'content-length': _, ...headers }) {
  return headers;
}
