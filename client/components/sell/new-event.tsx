'use client';

import { useTranslations } from 'use-intl';
import { EventEditor } from './event-editor';

export function NewEvent() {
  const t = useTranslations('sell');
  return (
    <div className="flex flex-col gap-8">
      <h1 className="text-title">{t('newEventTitle')}</h1>
      <EventEditor event={null} />
    </div>
  );
}
