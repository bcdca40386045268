import { Search, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { Sale } from '@/lib/queries/types';
import { peopleOf } from '@/lib/sales/door';

interface Props {
  typed: string;
  onType: (typed: string) => void;
  /** Whom the words fit. */
  found: readonly Sale[];
}

/** Stays in reach of a thumb while the list moves, and is ready to be typed into. */
export function DoorSearch({ typed, onType, found }: Props) {
  const t = useTranslations('sales.list');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const clear = () => {
    onType('');
    field.current?.focus();
  };
  return (
    <search
      className="sticky top-16 z-10 -mx-1 flex flex-col gap-1 bg-paper px-1 py-2"
      data-print="no"
    >
      <div className="relative">
        <Search className="absolute top-5 left-4 size-6 text-muted" aria-hidden />
        <input
          ref={field}
          type="text"
          inputMode="search"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-label={t('find')}
          placeholder={t('find')}
          value={typed}
          onChange={({ target }) => onType(target.value)}
          onKeyDown={({ key }) => key === 'Escape' && clear()}
          className="h-16 w-full rounded-card border-2 border-line-strong bg-surface pr-16 pl-13 text-xl placeholder:text-muted hover:border-ink"
        />
        {typed ? (
          <Button
            look="ghost"
            size="icon"
            className="absolute top-1 right-1 size-14"
            aria-label={t('clear')}
            onClick={clear}
          >
            <X className="size-6" aria-hidden />
          </Button>
        ) : null}
      </div>
      <p role="status" className="min-h-6 px-1 text-muted text-sm">
        {typed ? (found.length > 0 ? t('found', { people: peopleOf(found) }) : t('nobody')) : ''}
      </p>
    </search>
  );
}
