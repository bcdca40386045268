'use client';

import { useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { SelectField } from '@/components/ui/field';
import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { useEvents } from '@/lib/queries/use-events';
import type { Place } from '@/lib/sell/ticket-draft';
import { currencyOptions } from './options';

interface Props {
  place: Place;
  errors: Partial<Record<string, string>>;
  onChange: (place: Place) => void;
}

/** Which event a ticket admits to, whose currency and clock it then takes over. */
export function TicketPlace({ place, errors, onChange }: Props) {
  const t = useTranslations('editor');
  const { date } = useFormat();
  const { member } = useCurrentUser();
  const zone = useOwnZone();
  const { data } = useEvents({ seller: member?.id ?? '', limit: 100 }, null, member !== null);
  const events = data?.pages.flatMap(({ items }) => items) ?? [];
  const choose = (id: string) => {
    const event = events.find((candidate) => candidate.id === id);
    onChange({
      eventId: event?.id ?? null,
      currency: event?.currency ?? place.currency,
      timezone: event?.timezone ?? zone,
    });
  };
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <SelectField
        label={t('event')}
        name="event_id"
        value={place.eventId ?? ''}
        onChange={({ target }) => choose(target.value)}
        error={errors.event_id}
      >
        <option value="">{t('noEvent')}</option>
        {events.map((event) => (
          <option key={event.id} value={event.id}>
            {event.name} · {date(event.starts_at, event.timezone, 'short')}
          </option>
        ))}
      </SelectField>
      <CurrencyField place={place} error={errors.currency} onChange={onChange} />
    </div>
  );
}

function CurrencyField({
  place,
  error,
  onChange,
}: {
  place: Place;
  error: string | undefined;
  onChange: Props['onChange'];
}) {
  const t = useTranslations('editor');
  const locale = useLocale();
  const currencies = useMemo(() => currencyOptions(locale), [locale]);
  return (
    <SelectField
      label={t('currency')}
      name="currency"
      disabled={place.eventId !== null}
      value={place.currency}
      onChange={({ target }) => onChange({ ...place, currency: target.value })}
      error={error}
    >
      {currencies.map(({ value, name }) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
