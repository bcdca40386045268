'use client';

import { useEffect, useState } from 'react';

const awayKey = (orderId: string) => `at-bank:${orderId}`;

/** Goes to the bank's page, which leads back to the order in English. */
export function visitBank(orderId: string, url: URL): void {
  try {
    sessionStorage.setItem(awayKey(orderId), window.location.pathname);
  } catch {
    // storage is forbidden: whoever left another language comes back to English
  }
  window.location.assign(url);
}

/** The address one left for the bank; remembered for one return. */
function takeAddress(orderId: string): string | null {
  try {
    const left = sessionStorage.getItem(awayKey(orderId));
    sessionStorage.removeItem(awayKey(orderId));
    return left;
  } catch {
    return null;
  }
}

/**
 * Whether the buyer has come from the bank, who may have told us already what it said. The page is
 * then in the language one left, and its address without what the bank added.
 */
export function useReturnFromBank(orderId: string | null): boolean {
  const [back, setBack] = useState(false);
  useEffect(() => {
    if (orderId === null) return;
    const { pathname, search } = window.location;
    const left = takeAddress(orderId);
    if (!left && !new URLSearchParams(search).has('payment')) return;
    if (left && left !== pathname) {
      window.location.replace(`${left}?payment`);
    } else {
      window.history.replaceState(null, '', pathname);
      setBack(true);
    }
  }, [orderId]);
  return back;
}
