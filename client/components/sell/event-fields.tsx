'use client';

import { useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { SelectField, TextArea, TextField } from '@/components/ui/field';
import { Section } from '@/components/ui/section';
import type { EventDraft } from '@/lib/sell/event-draft';
import { countryOptions, currencyOptions, zoneOptions } from './options';

export const EVENT_FIELDS: readonly string[] = [
  'name',
  'description',
  'venue.name',
  'venue.street',
  'venue.postal_code',
  'venue.city',
  'venue.country',
  'timezone',
  'starts_at_local',
  'ends_at',
  'currency',
];

interface Props {
  draft: EventDraft;
  /** Its tickets are priced in its currency, which then stays. */
  exists: boolean;
  errors: Partial<Record<string, string>>;
  onChange: (change: Partial<EventDraft>) => void;
}

export function EventFields(props: Props) {
  return (
    <>
      <What {...props} />
      <Where {...props} />
      <When {...props} />
    </>
  );
}

function What({ draft, errors, onChange }: Props) {
  const t = useTranslations('editor');
  return (
    <Section title={t('what')} text={t('whatText')}>
      <TextField
        className="md:col-span-2"
        label={t('name')}
        name="name"
        required
        maxLength={200}
        value={draft.name}
        onChange={({ target }) => onChange({ name: target.value })}
        error={errors.name}
      />
      <TextArea
        className="md:col-span-2"
        label={t('description')}
        optional={t('optional')}
        name="description"
        maxLength={10_000}
        rows={6}
        value={draft.description}
        onChange={({ target }) => onChange({ description: target.value })}
        error={errors.description}
      />
    </Section>
  );
}

function Where({ draft, errors, onChange }: Props) {
  const t = useTranslations('editor');
  const locale = useLocale();
  const countries = useMemo(() => countryOptions(locale), [locale]);
  return (
    <Section title={t('where')} text={t('whereText')}>
      <TextField
        className="md:col-span-2"
        label={t('venue')}
        name="venue.name"
        required
        maxLength={200}
        value={draft.venueName}
        onChange={({ target }) => onChange({ venueName: target.value })}
        error={errors['venue.name']}
      />
      <TextField
        label={t('street')}
        optional={t('optional')}
        name="venue.street"
        maxLength={200}
        value={draft.street}
        onChange={({ target }) => onChange({ street: target.value })}
        error={errors['venue.street']}
      />
      <TextField
        label={t('postalCode')}
        optional={t('optional')}
        name="venue.postal_code"
        maxLength={20}
        value={draft.postalCode}
        onChange={({ target }) => onChange({ postalCode: target.value })}
        error={errors['venue.postal_code']}
      />
      <TextField
        label={t('city')}
        name="venue.city"
        required
        maxLength={200}
        value={draft.city}
        onChange={({ target }) => onChange({ city: target.value })}
        error={errors['venue.city']}
      />
      <SelectField
        label={t('country')}
        name="venue.country"
        required
        value={draft.country}
        onChange={({ target }) => onChange({ country: target.value })}
        error={errors['venue.country']}
      >
        <option value="">{t('choose')}</option>
        {countries.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </SelectField>
    </Section>
  );
}

function When({ draft, exists, errors, onChange }: Props) {
  const t = useTranslations('editor');
  const locale = useLocale();
  const currencies = useMemo(() => currencyOptions(locale), [locale]);
  const zones = useMemo(() => zoneOptions(draft.timezone), [draft.timezone]);
  return (
    <Section title={t('when')} text={t('whenText')}>
      <TextField
        label={t('starts')}
        name="starts_at_local"
        type="datetime-local"
        required
        value={draft.startsAt}
        onChange={({ target }) => onChange({ startsAt: target.value })}
        error={errors.starts_at_local}
      />
      <TextField
        label={t('ends')}
        optional={t('optional')}
        name="ends_at"
        type="datetime-local"
        value={draft.endsAt}
        onChange={({ target }) => onChange({ endsAt: target.value })}
        error={errors.ends_at}
      />
      <SelectField
        label={t('timezone')}
        name="timezone"
        required
        value={draft.timezone}
        onChange={({ target }) => onChange({ timezone: target.value })}
        error={errors.timezone}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('currency')}
        name="currency"
        required
        disabled={exists}
        value={draft.currency}
        onChange={({ target }) => onChange({ currency: target.value })}
        error={errors.currency}
      >
        {currencies.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </SelectField>
    </Section>
  );
}
