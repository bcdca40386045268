'use client';

import { usePathname } from 'next/navigation';
import { useSyncExternalStore } from 'react';
import { unlocalized } from './locales';

const never = () => () => undefined;

/**
 * The address the browser shows, without its language; null while the page is
 * the prerendered one, which is shared by many addresses.
 */
export function usePath(): string | null {
  const path = usePathname();
  const hydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return hydrated ? unlocalized(path) : null;
}

/** The id at the end of the address of a page that shows one thing. */
export function useIdInPath(): string | null {
  const path = usePath();
  return /[0-9a-f-]{36}$/i.exec(path ?? '')?.[0] ?? null;
}
