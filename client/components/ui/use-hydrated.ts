'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False in the HTML of the server and at hydration, then true: for what only a browser knows. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
