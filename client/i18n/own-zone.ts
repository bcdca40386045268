'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;
const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time zone of the device; the server cannot know it, and writes another first. */
export const useOwnZone = (first = 'UTC'): string => useSyncExternalStore(never, here, () => first);
