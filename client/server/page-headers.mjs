// Loaded before Next's own server: gives every HTML page a Content-Security-Policy of its own.
import http from 'node:http';
import { policyOf } from './policy.mjs';

const LIMIT = 1_000;
const PERMISSIONS = 'camera=(), geolocation=(), microphone=(), payment=(self)';

/** Policies by ETag: a cached page is hashed once, not once per visitor. */
const known = new Map();

function policyFor(etag, body) {
  const remembered = etag && known.get(etag);
  if (remembered) return remembered;
  const policy = policyOf(body.toString('utf8'));
  if (etag) {
    if (known.size >= LIMIT) known.delete(known.keys().next().value);
    known.set(etag, policy);
  }
  return policy;
}

const isPage = (response) =>
  String(response.getHeader('content-type') ?? '').startsWith('text/html');

const bytes = (chunk, encoding) =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);

/** Holds a page back until it is whole, since its headers depend on all of it. */
function withPolicy(response) {
  const { writeHead, write, end, flushHeaders } = response;
  const parts = [];
  let head = null;
  response.flushHeaders = () => {
    if (!isPage(response)) flushHeaders.call(response);
  };
  response.writeHead = (...args) => {
    head = args;
    const named = args.find((arg) => arg && typeof arg === 'object');
    for (const [name, value] of Object.entries(named ?? {})) response.setHeader(name, value);
    if (typeof args[0] === 'number') response.statusCode = args[0];
    return isPage(response) ? response : writeHead.apply(response, args);
  };
  response.write = (chunk, encoding, done) => {
    if (!isPage(response)) return write.call(response, chunk, encoding, done);
    parts.push(bytes(chunk, encoding));
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
  response.end = (chunk, encoding, done) => {
    if (response.headersSent || !isPage(response)) {
      return end.call(response, chunk, encoding, done);
    }
    if (chunk && typeof chunk !== 'function') parts.push(bytes(chunk, encoding));
    const body = Buffer.concat(parts);
    if (body.length > 0) {
      response.setHeader('Content-Security-Policy', policyFor(response.getHeader('etag'), body));
      response.setHeader('Permissions-Policy', PERMISSIONS);
    }
    if (head) writeHead.call(response, response.statusCode);
    const finished = [chunk, encoding, done].find((arg) => typeof arg === 'function');
    return end.call(response, body, undefined, finished);
  };
  return response;
}

const { createServer } = http;
http.createServer = (...args) => {
  const listener = args.findLast((arg) => typeof arg === 'function');
  const options = args.filter((arg) => arg && typeof arg === 'object');
  return createServer(...options, (request, response) => listener?.(request, withPolicy(response)));
};
