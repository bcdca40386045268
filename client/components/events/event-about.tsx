'use client';

import { useTranslations } from 'use-intl';
import { type Brought, useEvent } from '@/lib/queries/use-event';

/** What its seller says of an event: written from what the page brings along in any case. */
export function EventAbout({ brought }: { brought: Brought }) {
  const t = useTranslations('event');
  const { data: event = brought.event } = useEvent(brought.event.id, brought);
  if (!event.description) return null;
  return (
    <section className="flex flex-col gap-3 border-line border-t pt-6">
      <h2 className="text-heading">{t('about')}</h2>
      <div className="max-w-prose whitespace-pre-line text-pretty leading-relaxed">
        {event.description}
      </div>
    </section>
  );
}
