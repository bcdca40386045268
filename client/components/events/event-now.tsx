'use client';

import { type ReactNode, Suspense } from 'react';
import { later } from '@/lib/later';
import { type Brought, useEvent } from '@/lib/queries/use-event';

const EventRewritten = later(async () => (await import('./event-rewritten')).default);

interface Props {
  brought: Brought;
  /** The head of the event, as the server wrote it. */
  children: ReactNode;
}

/** What the server wrote of an event, until its seller has changed it. */
export function EventNow({ brought, children }: Props) {
  const { event } = brought;
  const { data = event } = useEvent(event.id, brought);
  if (data.version === event.version) return children;
  return (
    <Suspense fallback={children}>
      <EventRewritten event={data} />
    </Suspense>
  );
}
