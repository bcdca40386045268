import type { CreateClientConfig } from '../api/client.gen.ts';
import { patient } from './patience.ts';
import { ApiError, errorFrom } from './problem.ts';
import { sleep } from './waiting.ts';
import { type Send, whole } from './whole.ts';

const inBrowser = typeof window !== 'undefined';

type Fetch = (request: Request) => Promise<Response>;

const send: Send = (request, signal) => fetch(request, { signal });

const patientFetch = patient({ fetch: send, sleep });

/** Milliseconds: an answer that waits for news comes earlier, or never. */
const LONGEST_POLL = 30_000;

/** One try and no waiting: for the server's renders, and for polls that come again anyway. */
export const hastyFetch = (async (request: Request) => {
  const response = await whole(send, request, LONGEST_POLL).catch((error: unknown) => {
    if (request.signal.aborted) throw error;
    throw ApiError.unanswered(error);
  });
  if (response.ok || response.status === 304) return response;
  throw await errorFrom(response);
}) satisfies Fetch as typeof fetch;

export const createClientConfig: CreateClientConfig = (config) => ({
  ...config,
  baseUrl: inBrowser ? '' : (process.env.API_INTERNAL_URL ?? ''),
  fetch: inBrowser ? (patientFetch as typeof fetch) : hastyFetch,
});
