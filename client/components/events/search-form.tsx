'use client';

import { Search } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { type FormEvent, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { SelectField, TextField } from '@/components/ui/field';
import { useRouter } from '@/i18n/link';
import { asPreset, PRESETS } from '@/lib/time/ranges';

/** Words, city and date; a choice of a date searches at once, words when sent. */
export function SearchForm() {
  const t = useTranslations('search');
  const params = useSearchParams();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const search = (event?: FormEvent) => {
    event?.preventDefault();
    if (form.current) router.push(`/search${asQuery(new FormData(form.current))}`);
  };
  return (
    <search>
      <form
        // A new address shows its own words, also after going back.
        key={params.toString()}
        ref={form}
        onSubmit={search}
        className="grid grid-cols-2 items-end gap-3 lg:grid-cols-[2fr_1.2fr_1fr_1fr_auto]"
      >
        <TextField
          label={t('words')}
          name="q"
          type="search"
          className="max-sm:col-span-2"
          defaultValue={params.get('q') ?? ''}
        />
        <TextField
          label={t('city')}
          name="city"
          className="max-sm:col-span-2"
          defaultValue={params.get('city') ?? ''}
        />
        <SelectField
          label={t('when')}
          name="when"
          defaultValue={params.get('day') ? 'any' : asPreset(params.get('when'))}
          onChange={() => {
            const day = form.current?.elements.namedItem('day');
            if (day instanceof HTMLInputElement) day.value = '';
            search();
          }}
        >
          {PRESETS.map((preset) => (
            <option key={preset} value={preset}>
              {t(`presets.${preset}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('day')}
          name="day"
          type="date"
          defaultValue={params.get('day') ?? ''}
          onChange={({ target }) => {
            if (!target.value || target.validity.valid) search();
          }}
        />
        <Button type="submit" className="h-12 max-lg:col-span-2">
          <Search className="size-4" aria-hidden />
          {t('find')}
        </Button>
      </form>
    </search>
  );
}

function asQuery(data: FormData): string {
  const query = new URLSearchParams();
  for (const [name, value] of data) {
    if (typeof value === 'string' && value.trim() && value !== 'any') query.set(name, value.trim());
  }
  return query.size > 0 ? `?${query}` : '';
}
