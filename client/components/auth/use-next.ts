'use client';

import { useSearchParams } from 'next/navigation';
import { ownPath } from './own-path';

/** Where to go on after signing in, for links and for the way itself. */
export function useNext(fallback: string) {
  const asked = useSearchParams().get('next');
  const next = ownPath(asked, fallback);
  return { next, query: asked ? `?next=${encodeURIComponent(next)}` : '' };
}
