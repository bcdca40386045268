import { type ComponentType, lazy } from 'react';

const TRIES = 8;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1_000));

/** Tries again until it is there: a script may be lost on a bad network like any other answer. */
export async function persistently<Thing>(
  load: () => Promise<Thing>,
  rest: () => Promise<void> = pause,
): Promise<Thing> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (tries === TRIES) throw error;
      await rest();
    }
  }
}

/** A component whose script comes once it is to be shown; what is there stays meanwhile. */
export const later = <Props>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => ({ default: await persistently(load) }));
