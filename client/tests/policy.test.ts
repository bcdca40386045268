import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { policyOf, scriptHashes } from '../server/policy.mjs';

const hash = (code: string) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;

const page = [
  '<script src="/_next/static/a.js" async=""></script>',
  '<script>one()</script><script>one()</script>',
  '<script id="_R_">two()\n</script>',
  '<script type="application/ld+json">{"a":1}</script>',
].join('');

test('each inline script of a page is allowed by its hash, once', () => {
  assert.deepEqual(scriptHashes(page), [hash('one()'), hash('two()\n')]);
});

test('a page allows nothing from elsewhere, and no inline script but its own', () => {
  const policy = policyOf(page);
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /object-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src[^;]*unsafe|https?:|\*/);
});

test('Stripe is let in only where it takes the cards', () => {
  const policy = policyOf(page, { stripe: true });
  assert.match(policy, /script-src 'self' 'sha256[^;]* https:\/\/js\.stripe\.com/);
  assert.match(policy, /connect-src 'self' https:\/\/api\.stripe\.com/);
  assert.match(policy, /frame-src https:\/\/js\.stripe\.com[^;]* https:\/\/hooks\.stripe\.com/);
  assert.doesNotMatch(policy, /script-src[^;]*unsafe/);
});
