import { ApiError, errorFrom } from './problem.ts';
import { type Send, Silence, whole } from './whole.ts';

/** Why a request waits before it is sent again. */
export type Reason = 'busy' | 'connection' | 'key';

export interface Wait {
  seconds: number;
  reason: Reason;
}

interface Attempt {
  error: ApiError;
  tries: number;
  repeatable: boolean;
}

const LONGEST_WAIT = 20;
/** Milliseconds in which nothing comes; a try that ends so counts as several that fail at once. */
const LONGEST_TRY = 20_000;
const SILENT_TRY = 3;
const TRIES: Record<Reason, number> = { busy: 30, connection: 8, key: 20 };
const BACKOFF = [0.5, 1, 2, 4, 8];

const backoff = (tries: number) => BACKOFF[Math.min(tries, BACKOFF.length) - 1] ?? 8;

/** How long to wait before another try; null when the answer is for the person to read. */
export function waitFor({ error, tries, repeatable }: Attempt): Wait | null {
  const reason = reasonOf(error, repeatable);
  if (!reason || tries > TRIES[reason]) return null;
  const seconds = error.retryAfter ?? (reason === 'key' ? 1 : backoff(tries));
  return seconds > LONGEST_WAIT ? null : { seconds, reason };
}

function reasonOf(error: ApiError, repeatable: boolean): Reason | null {
  if (error.code === 'key-in-progress') return 'key';
  if (error.status === 429 || error.status === 503) return 'busy';
  // What was created a moment ago may still be on its way to the service asked.
  if (error.status === 404 && error.retryAfter !== null) return 'key';
  if (error.status === 0 || error.status === 502 || error.status === 504) {
    return repeatable ? 'connection' : null;
  }
  return null;
}

/** Posts that do no more when they are sent twice: a session ends once, a guest may be made in vain. */
const HARMLESS = /\/api\/users\/(signout|guest)$/;

/** Whether sending a request twice does no more than sending it once. */
export function isRepeatable({ method, url, headers }: Request): boolean {
  if (method === 'POST') return headers.has('idempotency-key') || HARMLESS.test(url);
  return method !== 'PATCH' || !headers.has('if-match');
}

export interface Surroundings {
  fetch: Send;
  sleep: (wait: Wait, signal: AbortSignal) => Promise<void>;
  longestTry?: number;
}

/**
 * A fetch that waits and asks again where that is safe, with the same request
 * and so with the same `Idempotency-Key`. It throws an ApiError for any answer
 * that is no success, except 304.
 */
export function patient({ fetch, sleep, longestTry = LONGEST_TRY }: Surroundings) {
  return async (request: Request): Promise<Response> => {
    const repeatable = isRepeatable(request);
    for (let tries = 0; ; ) {
      const answer = await attempt(fetch, request, longestTry);
      if (!(answer instanceof ApiError)) return answer;
      tries += answer.cause instanceof Silence ? SILENT_TRY : 1;
      const wait = waitFor({ error: answer, tries, repeatable });
      if (!wait) throw answer;
      await sleep(wait, request.signal);
    }
  };
}

/** One try: the answer, or what went wrong. */
async function attempt(fetch: Send, request: Request, limit: number): Promise<Response | ApiError> {
  try {
    const response = await whole(fetch, request.clone(), limit);
    return response.ok || response.status === 304 ? response : await errorFrom(response);
  } catch (error) {
    if (request.signal.aborted) throw error;
    return ApiError.unanswered(error);
  }
}
