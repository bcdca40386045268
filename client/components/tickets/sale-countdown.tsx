'use client';

import { useEffect, useReducer } from 'react';
import { useTranslations } from 'use-intl';
import { useHydrated } from '@/components/ui/use-hydrated';
import { useFormat } from '@/i18n/format';
import type { ServerClock } from '@/lib/time/clock';
import { remaining, untilNextSecond } from '@/lib/time/countdown';
import type { Offer } from './offer';

interface Props {
  offers: Offer[];
  clock: ServerClock;
  timezone: string;
  onOver: () => void;
}

/** Before a sale: when it begins, counted down on the server's clock. */
export function SaleCountdown({ offers, clock, timezone, onOver }: Props) {
  const starts = offers
    .filter(({ status }) => status === 'scheduled')
    .flatMap(({ saleStartsAt }) => saleStartsAt ?? [])
    .sort();
  const [first] = starts;
  const open = offers.some(({ status }) => status === 'on_sale');
  const hydrated = useHydrated(); // a page from the cache knows no time
  if (!first || open || !hydrated) return null;
  return <Countdown key={first} until={first} clock={clock} timezone={timezone} onOver={onOver} />;
}

const POLL = 1_000;

function Countdown({
  until,
  clock,
  timezone,
  onOver,
}: { until: string } & Pick<Props, 'clock' | 'timezone' | 'onOver'>) {
  const t = useTranslations('sale');
  const { date } = useFormat();
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  const left = remaining(Date.parse(until), clock.now());
  useEffect(() => {
    const next = left.over ? POLL : untilNextSecond(Date.parse(until), clock.now()) + 5;
    const timer = setTimeout(() => {
      tick();
      if (left.over) onOver();
    }, next);
    return () => clearTimeout(timer);
  });
  const parts = (['days', 'hours', 'minutes', 'seconds'] as const).map((unit) => ({
    unit,
    value: left[unit],
  }));
  return (
    <div className="rounded-card bg-night p-5 text-on-night sm:p-6" role="timer">
      <p className="font-semibold text-on-night/80 text-sm">
        {left.over ? t('opening') : t('starts', { when: date(until, timezone, 'dayTime') })}
      </p>
      <div className="mt-3 grid grid-cols-4 gap-2 text-center" aria-hidden>
        {parts.map(({ unit, value }) => (
          <div key={unit} className="flex flex-col">
            <span className="font-bold font-display text-4xl text-go tabular-nums tracking-tight">
              {String(value).padStart(2, '0')}
            </span>
            <span className="text-on-night/70 text-xs">{t(unit)}</span>
          </div>
        ))}
      </div>
      <p className="sr-only">
        {t('left', { days: left.days, hours: left.hours, minutes: left.minutes })}
      </p>
    </div>
  );
}
