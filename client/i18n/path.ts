'use client';

import { usePathname } from 'next/navigation';
import { useHydrated } from '@/components/ui/use-hydrated';
import { unlocalized } from './locales';

/**
 * The address the browser shows, without its language; null while the page is
 * the prerendered one, which is shared by many addresses.
 */
export function usePath(): string | null {
  const path = usePathname();
  const hydrated = useHydrated();
  return hydrated ? unlocalized(path) : null;
}

/** The id at the end of the address of a page that shows one thing. */
export function useIdInPath(): string | null {
  const path = usePath();
  return /[0-9a-f-]{36}$/i.exec(path ?? '')?.[0] ?? null;
}
