/** When an answer came, by a clock that nobody sets. */
export interface Heard {
  heardAt: number;
}

/** Kept with the answer: the cache renews its own stamp even where it keeps the answer it had. */
export const heard = <Answer extends object>(answer: Answer): Answer & Heard => ({
  ...answer,
  heardAt: performance.now(),
});

/**
 * The server's clock as of one of its answers. The device's own clock may be
 * wrong and may be set meanwhile, so only the time since the answer is measured here.
 */
export interface ServerClock {
  now: () => number;
}

export function clockFrom(
  { now, heardAt }: { now: string } & Heard,
  monotonic: () => number = () => performance.now(),
): ServerClock {
  const start = Date.parse(now);
  return { now: () => start + (monotonic() - heardAt) };
}

export const deviceClock: ServerClock = { now: () => Date.now() };
