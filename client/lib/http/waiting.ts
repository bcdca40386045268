import type { Reason, Wait } from './patience.ts';

/** What the site waits for at the moment, so that a page can say so. */
export interface Waiting {
  reason: Reason | 'offline';
}

const waits = new Set<Waiting>();
const listeners = new Set<() => void>();
let shown: Waiting | null = null;

function publish(): void {
  shown = [...waits].find(({ reason }) => reason !== 'key') ?? null;
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentWait = (): Waiting | null => shown;

/** Sleeps out a wait, telling the page; wakes early when the device is online again. */
export async function sleep(wait: Wait, signal: AbortSignal): Promise<void> {
  const offline = wait.reason === 'connection' && !navigator.onLine;
  const entry: Waiting = { reason: offline ? 'offline' : wait.reason };
  waits.add(entry);
  publish();
  try {
    await (offline ? online(signal) : pause(wait.seconds * (1 + Math.random() * 0.3), signal));
  } finally {
    waits.delete(entry);
    publish();
  }
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

function online(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    window.addEventListener('online', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
