'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import type { EventDetail } from '@/lib/queries/types';
import { useEvent } from '@/lib/queries/use-event';
import { EventAbout, EventHead } from './event-details';

interface Props {
  initial: EventDetail;
  part: 'head' | 'about';
  /** The part as the server wrote it. */
  children: ReactNode;
}

/** What the server wrote of an event, until its seller has changed it. */
export function EventNow({ initial, part, children }: Props) {
  const { data = initial } = useEvent(initial.id, initial);
  return data.version === initial.version ? children : <Rewritten event={data} part={part} />;
}

function Rewritten({ event, part }: { event: EventDetail; part: Props['part'] }) {
  const t = useTranslations();
  const formats = useFormat();
  if (part === 'about') return <EventAbout event={event} t={t} />;
  return <EventHead event={event} t={t} formats={formats} />;
}
