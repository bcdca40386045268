'use client';

import { CalendarX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Loading } from '@/components/ui/skeleton';
import { Link } from '@/i18n/link';
import { type EventCard, toCard } from '@/lib/queries/cards';
import { useEvents } from '@/lib/queries/use-events';
import { EventGrid, EventGridSkeleton } from './event-grid';

const SHOWN = 12;
const SOON_SHOWN = 4;

/** What is on: from the page itself, or asked for here where the server had nothing. */
export function HomeEvents({ initial }: { initial: EventCard[] | null }) {
  const t = useTranslations('home');
  const common = useTranslations('common');
  const query = useEvents({ limit: 48 }, null, initial === null);
  const events = initial ?? query.data?.pages.flatMap(({ items }) => items.map(toCard));
  if (query.isError && !events) return <QueryProblem error={query.error} again={query.refetch} />;
  if (!events) {
    return (
      <Loading label={common('loading')}>
        <EventGridSkeleton />
      </Loading>
    );
  }
  if (events.length === 0) return <NothingOn />;
  const later = events.filter(notYetOnSale);
  const now = events.filter((event) => !notYetOnSale(event));
  return (
    <div className="flex flex-col gap-16">
      <Cities events={events} />
      {now.length > 0 ? (
        <Section title={t('soon')} more>
          <EventGrid events={now.slice(0, SHOWN)} />
        </Section>
      ) : null}
      {later.length > 0 ? (
        <Section title={t('saleSoon')} more={now.length === 0}>
          <EventGrid events={later.toSorted(bySale).slice(0, SOON_SHOWN)} />
        </Section>
      ) : null}
    </div>
  );
}

const notYetOnSale = ({ status, sale }: EventCard) =>
  status === 'published' && sale === 'scheduled';

const bySale = (one: EventCard, other: EventCard) =>
  (one.nextSaleAt ?? '').localeCompare(other.nextSaleAt ?? '');

function Section({
  title,
  more,
  children,
}: {
  title: string;
  more?: boolean;
  children: React.ReactNode;
}) {
  const t = useTranslations('home');
  return (
    <section className="flex flex-col gap-6">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="text-title">{title}</h2>
        {more ? (
          <Link href="/search" className="font-semibold underline underline-offset-4">
            {t('all')}
          </Link>
        ) : null}
      </div>
      {children}
    </section>
  );
}

function Cities({ events }: { events: EventCard[] }) {
  const t = useTranslations('home');
  const cities = [...new Set(events.map(({ city }) => city))].slice(0, 12);
  if (cities.length < 2) return null;
  return (
    <nav
      aria-label={t('cities')}
      className="-mx-4 flex gap-2 overflow-x-auto px-4 py-1 sm:mx-0 sm:flex-wrap sm:px-0"
    >
      {cities.map((city) => (
        <Link
          key={city}
          href={`/search?city=${encodeURIComponent(city)}`}
          className={buttonStyle({ look: 'quiet', size: 'small' })}
        >
          {city}
        </Link>
      ))}
    </nav>
  );
}

function NothingOn() {
  const t = useTranslations('home');
  return (
    <Empty
      icon={CalendarX}
      title={t('nothing')}
      action={
        <Link href="/sell" className={buttonStyle({})}>
          {t('sellFirst')}
        </Link>
      }
    >
      {t('nothingText')}
    </Empty>
  );
}
