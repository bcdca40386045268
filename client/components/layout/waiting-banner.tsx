'use client';

import { LoaderCircle, WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { currentWait, subscribe } from '@/lib/http/waiting';

function subscribeOnline(listener: () => void) {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** Says why nothing seems to happen: no network, a busy service, a connection that broke. */
export function WaitingBanner() {
  const t = useTranslations('waiting');
  const wait = useSyncExternalStore(subscribe, currentWait, () => null);
  const online = useSyncExternalStore(
    subscribeOnline,
    () => navigator.onLine,
    () => true,
  );
  const reason = online ? wait?.reason : 'offline';
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-40 flex justify-center px-4"
    >
      {reason && reason !== 'key' ? (
        <p className="flex max-w-xl animate-appear items-center gap-3 rounded-full bg-ink px-5 py-3 font-medium text-paper text-sm shadow-lift">
          {reason === 'offline' ? (
            <WifiOff className="size-5 shrink-0" aria-hidden />
          ) : (
            <LoaderCircle className="size-5 shrink-0 animate-spin" aria-hidden />
          )}
          {t(reason)}
        </p>
      ) : null}
    </div>
  );
}
