import type { ReactNode } from 'react';
import { buttonStyle } from '@/components/ui/button';
import { CalendarCrossedDrawn } from '@/components/ui/drawn';
import { Empty } from '@/components/ui/empty';
import { Link } from '@/i18n/link';
import type { Words } from '@/i18n/server';
import type { Formats } from '@/lib/format/formats';
import type { EventCard } from '@/lib/queries/cards';
import { cardWords } from './card-words';
import { EventGrid } from './event-grid';

const SHOWN = 12;
const SOON_SHOWN = 4;

interface Props {
  events: EventCard[];
  t: Words;
  formats: Formats;
}

/** What is on, and what goes on sale: written by the server, with nothing left to do in the browser. */
export function HomeEvents({ events, t, formats }: Props) {
  if (events.length === 0) return <NothingOn t={t} />;
  const later = events.filter(notYetOnSale).toSorted(bySale).slice(0, SOON_SHOWN);
  const now = events.filter((event) => !notYetOnSale(event)).slice(0, SHOWN);
  const words = (event: EventCard) => cardWords(event, t, formats);
  return (
    <div className="flex flex-col gap-16">
      <Cities events={events} t={t} />
      {now.length > 0 ? (
        <Section title={t('home.soon')} all={t('home.all')}>
          <EventGrid cards={now.map(words)} />
        </Section>
      ) : null}
      {later.length > 0 ? (
        <Section title={t('home.saleSoon')} all={now.length === 0 ? t('home.all') : null}>
          <EventGrid cards={later.map(words)} />
        </Section>
      ) : null}
    </div>
  );
}

const notYetOnSale = ({ status, sale }: EventCard) =>
  status === 'published' && sale === 'scheduled';

const bySale = (one: EventCard, other: EventCard) =>
  (one.nextSaleAt ?? '').localeCompare(other.nextSaleAt ?? '');

interface SectionProps {
  title: string;
  /** What leads to the rest of them. */
  all: string | null;
  children: ReactNode;
}

function Section({ title, all, children }: SectionProps) {
  return (
    <section className="flex flex-col gap-6">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="text-title">{title}</h2>
        {all === null ? null : (
          <Link href="/search" className="font-semibold underline underline-offset-4">
            {all}
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}

function Cities({ events, t }: Pick<Props, 'events' | 't'>) {
  const cities = [...new Set(events.map(({ city }) => city))].slice(0, 12);
  if (cities.length < 2) return null;
  return (
    <nav
      aria-label={t('home.cities')}
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

function NothingOn({ t }: Pick<Props, 't'>) {
  return (
    <Empty
      icon={CalendarCrossedDrawn}
      title={t('home.nothing')}
      action={
        <Link href="/sell" className={buttonStyle({})}>
          {t('home.sellFirst')}
        </Link>
      }
    >
      {t('home.nothingText')}
    </Empty>
  );
}
