// Loaded before Next's own server: gives every HTML page a Content-Security-Policy of its own, lets
// its scripts wait for its first paint, and answers with pages that were answered a moment ago.
import http from 'node:http';
import { afterPaint } from './after-paint.mjs';
import { policyOf } from './policy.mjs';
import { answer, isShared, pageAsked, Shelf } from './shelf.mjs';

const LIMIT = 1_000;
const STRIPE = process.env.PAYMENTS_PROVIDER === 'stripe';
const PAYMENT = STRIPE ? '(self "https://js.stripe.com")' : '(self)';
const PERMISSIONS = `camera=(), geolocation=(), microphone=(), payment=${PAYMENT}`;

const shelf = new Shelf();

/** Policies by ETag: a cached page is hashed once, not once per visitor. */
const known = new Map();

function policyFor(etag, body) {
  const remembered = etag && known.get(etag);
  if (remembered) return remembered;
  const policy = policyOf(String(body), { stripe: STRIPE });
  if (etag) {
    if (known.size >= LIMIT) known.delete(known.keys().next().value);
    known.set(etag, policy);
  }
  return policy;
}

const isPage = (response) =>
  String(response.getHeader('content-type') ?? '').startsWith('text/html');

const bytes = (chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk);

/** A cached page comes in one piece, which is passed on as it is. */
const whole = (parts) => (parts.length === 1 ? parts[0] : Buffer.concat(parts.map(bytes)));

/** Holds a page back until it is whole, since its headers depend on all of it. */
function withPolicy(response, url) {
  const { writeHead, write, end, flushHeaders } = response;
  const parts = [];
  response.flushHeaders = () => {
    if (!isPage(response)) flushHeaders.call(response);
  };
  response.writeHead = (status, ...rest) => {
    for (const [name, value] of Object.entries(rest.at(-1) ?? {})) {
      response.setHeader(name, value);
    }
    response.statusCode = status;
    return isPage(response) ? response : writeHead.call(response, status);
  };
  response.write = (chunk, encoding, done) => {
    if (!isPage(response)) return write.call(response, chunk, encoding, done);
    parts.push(chunk);
    [encoding, done].find((arg) => typeof arg === 'function')?.();
    return true;
  };
  response.end = (chunk, encoding, done) => {
    Object.assign(response, { writeHead, write, end, flushHeaders }); // held back no longer
    if (response.headersSent || !isPage(response)) {
      return response.end(chunk, encoding, done);
    }
    if (chunk && typeof chunk !== 'function') parts.push(chunk);
    let body = whole(parts);
    if (body.length > 0) {
      body = Buffer.from(afterPaint(String(body)));
      if (response.hasHeader('content-length')) response.setHeader('content-length', body.length);
      response.setHeader('Content-Security-Policy', policyFor(response.getHeader('etag'), body));
      response.setHeader('Permissions-Policy', PERMISSIONS);
      keep(url, response, body);
    }
    const finished = [chunk, encoding, done].find((arg) => typeof arg === 'function');
    return response.end(body, finished);
  };
  return response;
}

function keep(url, response, body) {
  const headers = { ...response.getHeaders() };
  if (url && isShared(response.statusCode, headers)) shelf.put(url, { headers, body });
}

const { createServer } = http;
http.createServer = (...args) => {
  const listener = args.findLast((arg) => typeof arg === 'function');
  const options = args.filter((arg) => arg && typeof arg === 'object');
  return createServer(...options, (request, response) => {
    const url = pageAsked(request);
    const page = url && shelf.get(url);
    if (page) answer(page, request, response);
    else listener?.(request, withPolicy(response, url));
  });
};
