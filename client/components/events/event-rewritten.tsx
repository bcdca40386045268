'use client';

import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import type { EventDetail } from '@/lib/queries/types';
import { EventHead } from './event-details';

/** The head of an event whose seller has changed it since the server wrote the page. */
export default function EventRewritten({ event }: { event: EventDetail }) {
  return <EventHead event={event} t={useTranslations()} formats={useFormat()} />;
}
