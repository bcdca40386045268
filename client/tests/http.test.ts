import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRepeatable, patient, type Wait, waitFor } from '../lib/http/patience.ts';
import { ApiError, codeOf, errorFrom, fieldErrors, sentence } from '../lib/http/problem.ts';

const refusal = (status: number, type: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: `/problems/${type}`, title: 'No', status }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });

/** A service that gives these answers in turn, and what it was asked. */
function service(...answers: (Response | Error)[]) {
  const keys: (string | null)[] = [];
  const waits: Wait[] = [];
  const ask = patient({
    fetch: async (request) => {
      keys.push(request.headers.get('idempotency-key'));
      const answer = answers.shift();
      if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often');
      return answer;
    },
    sleep: async (wait) => void waits.push(wait),
  });
  return { ask, keys, waits };
}

const order = () =>
  new Request('http://gateway/api/orders', {
    method: 'POST',
    headers: { 'idempotency-key': 'k1' },
    body: '{}',
  });

test('a busy service is asked again when it says', async () => {
  const { ask, waits } = service(refusal(503, 'busy', { 'retry-after': '3' }), new Response('{}'));
  assert.equal((await ask(order())).status, 200);
  assert.deepEqual(waits, [{ seconds: 3, reason: 'busy' }]);
});

test('a dropped connection is tried again with the same key', async () => {
  const { ask, keys } = service(new TypeError('Failed to fetch'), new Response('{}'));
  await ask(order());
  assert.deepEqual(keys, ['k1', 'k1']);
});

test('a post without a key is not sent again when the connection drops', async () => {
  const { ask, keys } = service(new TypeError('Failed to fetch'));
  const signUp = new Request('http://gateway/api/users/signup', { method: 'POST' });
  await assert.rejects(ask(signUp), (error) => codeOf(error) === 'connection');
  assert.equal(keys.length, 1);
});

/** A gateway that takes requests and answers none, as long as it is asked. */
function blackHole() {
  let asked = 0;
  const ask = patient({
    fetch: (_, signal) =>
      new Promise((_answer, refuse) => {
        asked += 1;
        signal.addEventListener('abort', () => refuse(signal.reason));
      }),
    sleep: async () => undefined,
    longestTry: 5,
  });
  return { ask, asked: () => asked };
}

test('whoever is never answered is told so after a few tries', async () => {
  const hole = blackHole();
  await assert.rejects(hole.ask(order()), (error) => codeOf(error) === 'connection');
  assert.equal(hole.asked(), 3);
});

test('a post without a key is not sent again when nobody answers', async () => {
  const hole = blackHole();
  const signIn = new Request('http://gateway/api/users/signin', { method: 'POST' });
  await assert.rejects(hole.ask(signIn), (error) => codeOf(error) === 'connection');
  assert.equal(hole.asked(), 1);
});

test('whoever does not wait any longer is not asked for', async () => {
  const hole = blackHole();
  const left = AbortSignal.abort(new Error('left'));
  await assert.rejects(hole.ask(new Request('http://gateway/', { signal: left })), /left/);
  assert.equal(hole.asked(), 0);
});

test('an answer that breaks off is asked for again', async () => {
  const broken = new ReadableStream({
    pull: (stream) => stream.error(new TypeError('network error')),
  });
  const { ask, keys } = service(new Response(broken), new Response('{"id":"1"}'));
  assert.deepEqual(await (await ask(order())).json(), { id: '1' });
  assert.deepEqual(keys, ['k1', 'k1']);
});

test('a key still at work is waited for', async () => {
  const { ask, waits } = service(
    refusal(409, 'key-in-progress'),
    new Response('{}', { status: 201 }),
  );
  assert.equal((await ask(order())).status, 201);
  assert.deepEqual(waits, [{ seconds: 1, reason: 'key' }]);
});

test('a refusal reaches the person at once', async () => {
  const { ask, waits } = service(refusal(409, 'sold-out'));
  await assert.rejects(ask(order()), (error) => codeOf(error) === 'sold-out');
  assert.deepEqual(waits, []);
});

test('a thing not there yet is asked for again, one not there at all is not', () => {
  const error = (retryAfter: number | null) => new ApiError(404, {}, retryAfter);
  assert.ok(waitFor({ error: error(1), tries: 1, repeatable: true }));
  assert.equal(waitFor({ error: error(null), tries: 1, repeatable: true }), null);
});

test('nobody is made to wait for minutes', () => {
  const error = new ApiError(429, {}, 300);
  assert.equal(waitFor({ error, tries: 1, repeatable: true }), null);
});

test('patience ends', () => {
  const error = new ApiError(0, {});
  assert.equal(waitFor({ error, tries: 9, repeatable: true }), null);
});

const request = (method: string, path: string, headers: Record<string, string> = {}) =>
  new Request(`http://gateway${path}`, { method, headers });

test('a conditional change is not repeated blindly', () => {
  assert.equal(isRepeatable(request('PATCH', '/api/events/1', { 'if-match': '"1"' })), false);
  assert.equal(isRepeatable(request('PATCH', '/api/events/1')), true);
});

test('leaving and coming as a guest may be repeated, signing in may not', () => {
  assert.equal(isRepeatable(request('POST', '/api/users/signout')), true);
  assert.equal(isRepeatable(request('POST', '/api/users/guest')), true);
  assert.equal(isRepeatable(request('POST', '/api/users/signin')), false);
});

test('an answer that is no problem document still gets a code', async () => {
  const codes = [404, 418, 500].map(async (status) =>
    codeOf(await errorFrom(new Response('<html>', { status }))),
  );
  assert.deepEqual(await Promise.all(codes), ['not-found', 'unexpected', 'failed']);
});

test('each error stands beside its field, and the others are kept', () => {
  const error = new ApiError(400, {
    type: '/problems/invalid',
    errors: [
      { field: 'contact.email', message: 'is no e-mail address' },
      { field: 'venue.city', message: 'must not be empty' },
      { field: 'items.0.quantity', message: 'must be at least 1' },
    ],
  });
  assert.deepEqual(fieldErrors(error, ['contact', 'venue', 'venue.city']), {
    fields: { contact: 'Is no e-mail address.', 'venue.city': 'Must not be empty.' },
    others: ['Must be at least 1.'],
  });
});

test('a sentence begins with a capital and ends with a stop', () => {
  assert.equal(sentence('at most 50'), 'At most 50.');
  assert.equal(sentence('Too many!'), 'Too many!');
});
