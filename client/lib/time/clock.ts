/**
 * The server's clock as of one of its answers. The device's own clock may be
 * wrong and may be set meanwhile, so only the time since the answer is measured here.
 */
export interface ServerClock {
  now: () => number;
}

export function clockFrom(
  serverNow: string,
  receivedAt: number,
  monotonic: () => number = () => performance.now(),
): ServerClock {
  const start = Date.parse(serverNow);
  return { now: () => start + (monotonic() - receivedAt) };
}

export const deviceClock: ServerClock = { now: () => Date.now() };
