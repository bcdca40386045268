import type { Availability } from '../queries/types.ts';

/** What `follow` needs of an EventSource. */
export interface Source {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

type Turn = 'visibilitychange' | 'online' | 'offline';

export interface Surroundings {
  open: (url: string) => Source;
  hidden: () => boolean;
  /** Listens to the page; returns what ends it. */
  on: (turn: Turn, act: () => void) => () => void;
  random: () => number;
}

/** The browser as it is. */
export const browser: Surroundings = {
  open: (url) => new EventSource(url),
  hidden: () => document.visibilityState === 'hidden',
  on: (turn, act) => {
    const target = turn === 'visibilitychange' ? document : window;
    target.addEventListener(turn, act);
    return () => target.removeEventListener(turn, act);
  },
  random: Math.random,
};

export interface Listener {
  /** Every ticket in `snapshot`, those that differ in `change`. */
  snapshot: (left: Availability) => void;
  change: (left: Availability) => void;
  /** Whether there is no stream, so that asking is left. */
  alone: (alone: boolean) => void;
}

const CLOSED = 2;
/** A stream that ends comes back within moments: until then nobody needs to ask. */
const GRACE = 4_000;
/** A stream that was refused is tried again, not by all at the same moment. */
const REFUSED = 30_000;

/**
 * Follows what is left of an event's tickets while the page is in sight: whoever
 * does not look holds no connection. Returns what ends it.
 */
export function follow(
  url: string,
  listener: Listener,
  { open, hidden, on, random }: Surroundings,
) {
  let source: Source | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function later(delay: number, act: () => void): void {
    clearTimeout(timer);
    timer = setTimeout(act, delay);
  }

  function hear(tell: (left: Availability) => void) {
    return ({ data }: MessageEvent<string>) => {
      clearTimeout(timer);
      listener.alone(false);
      tell(JSON.parse(data));
    };
  }

  function connect(): void {
    source = open(url);
    source.addEventListener('snapshot', hear(listener.snapshot));
    source.addEventListener('change', hear(listener.change));
    source.addEventListener('error', lost);
    later(GRACE, () => listener.alone(true));
  }

  function lost(): void {
    if (source?.readyState !== CLOSED) {
      later(GRACE, () => listener.alone(true)); // the browser tries again by itself
      return;
    }
    listener.alone(true);
    later(REFUSED * (1 + random()), connect);
  }

  function leave(): void {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function look(): void {
    leave();
    if (!hidden()) connect();
  }

  function offline(): void {
    leave();
    listener.alone(true); // whoever asks is told so
  }

  const ends = [on('visibilitychange', look), on('online', look), on('offline', offline)];
  look();
  return () => {
    for (const end of ends) end();
    leave();
  };
}

/** What is known, with what has changed. */
export function changed(known: Availability | undefined, change: Availability): Availability {
  const news = new Map(change.tickets.map((ticket) => [ticket.id, ticket]));
  const tickets = (known?.tickets ?? []).map((ticket) => news.get(ticket.id) ?? ticket);
  return { ...change, tickets };
}
