'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;
/** A device that does not know where it is says so in this way. */
const NOWHERE = 'Etc/Unknown';

function here(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone && timeZone !== NOWHERE ? timeZone : 'UTC';
}

/** The time zone of the device; the server cannot know it, and writes another first. */
export const useOwnZone = (first = 'UTC'): string => useSyncExternalStore(never, here, () => first);
