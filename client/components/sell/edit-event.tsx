'use client';

import { useTranslations } from 'use-intl';
import { OwnEventToEdit } from '@/components/events/own-event';
import { CancelEvent } from './cancel-event';
import { EventEditor } from './event-editor';

export function EditEvent() {
  const t = useTranslations('sell');
  return (
    <OwnEventToEdit>
      {(event) => (
        <div className="flex flex-col gap-8">
          <h1 className="text-title">{t('editEventTitle')}</h1>
          {/* Another event is another form; a newer version of this one is not. */}
          <EventEditor key={event.id} event={event} />
          {event.status === 'published' ? <CancelEvent event={event} /> : null}
        </div>
      )}
    </OwnEventToEdit>
  );
}
