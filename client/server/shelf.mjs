import { gzipSync } from 'node:zlib';

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
    const page = { headers: { ...headers, vary: varying(headers) }, body: Buffer.from(body) };
    this.#pages.delete(url);
    this.#pages.set(url, { ...page, at: now });
    if (this.#pages.size > MOST) this.#pages.delete(this.#pages.keys().next().value);
  }
}

/** Answers with a page of the shelf, or only says that the one a browser has is right. */
export function answer(page, request, response) {
  const { 'if-none-match': has, 'accept-encoding': reads } = request.headers;
  if (has && strong(has) === strong(page.headers.etag)) {
    response.writeHead(304, withoutLength(page.headers)).end();
    return;
  }
  const { headers, body } = /\bgzip\b/.test(reads ?? '') ? packed(page) : page;
  response.writeHead(200, headers).end(body);
}

/** The page as it travels, made once: in a rush nobody packs it again for every visitor. */
function packed(page) {
  page.packed ??= pack(page);
  return page.packed;
}

function pack({ headers: { etag, ...headers }, body }) {
  const small = gzipSync(body);
  return {
    headers: {
      ...headers,
      ...(etag ? { etag: `W/${strong(etag)}` } : {}),
      'content-encoding': 'gzip',
      'content-length': small.length,
    },
    body: small,
  };
}

const varying = ({ vary }) => (vary ? `${vary}, accept-encoding` : 'accept-encoding');

const strong = (etag) => etag?.replace(/^W\//, '');

function withoutLength({ 'content-length': _, ...headers }) {
  return headers;
}
