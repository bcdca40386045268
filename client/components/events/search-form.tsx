'use client';

import { Search } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { SelectField, TextField } from '@/components/ui/field';
import { asPreset, dayHere, PRESETS } from '@/lib/time/ranges';
import { SearchGo } from './search-go';

const FIELDS = ['q', 'city', 'when', 'day'] as const;

/** Words, city and date: searched for when sent, so that a keyboard may take its time. */
export function SearchForm() {
  const t = useTranslations('search');
  const params = useSearchParams();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // A new address shows its own words, also after going back.
    for (const name of FIELDS) write(form.current, name, shownOf(params, name));
  }, [params]);
  return (
    <SearchGo
      ref={form}
      className="grid grid-cols-2 items-end gap-3 lg:grid-cols-[2fr_1.2fr_1fr_1fr_auto]"
    >
      <TextField
        label={t('words')}
        name="q"
        type="search"
        className="max-sm:col-span-2"
        defaultValue={shownOf(params, 'q')}
      />
      <TextField
        label={t('city')}
        name="city"
        className="max-sm:col-span-2"
        defaultValue={shownOf(params, 'city')}
      />
      <SelectField
        label={t('when')}
        name="when"
        defaultValue={shownOf(params, 'when')}
        onChange={() => write(form.current, 'day', '')}
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
        min={dayHere(new Date())}
        defaultValue={shownOf(params, 'day')}
        onChange={() => write(form.current, 'when', 'any')}
      />
      <Button type="submit" className="h-12 max-lg:col-span-2">
        <Search className="size-4" aria-hidden />
        {t('find')}
      </Button>
    </SearchGo>
  );
}

/** What a field says for an address; a day takes the place of `this weekend`. */
function shownOf(params: URLSearchParams, name: (typeof FIELDS)[number]): string {
  if (name !== 'when') return params.get(name) ?? '';
  return params.get('day') ? 'any' : asPreset(params.get('when'));
}

function write(form: HTMLFormElement | null, name: string, value: string): void {
  const field = form?.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  if (field.value !== value) field.value = value;
}
