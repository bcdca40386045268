'use client';

import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import type { EventCard } from '@/lib/queries/cards';
import { type CardWords, cardWords } from './card-words';

/** Turns events that came to the browser into the words of their cards. */
export function useCards(): (events: EventCard[]) => CardWords[] {
  const t = useTranslations();
  const formats = useFormat();
  return (events) => events.map((event) => cardWords(event, t, formats));
}
