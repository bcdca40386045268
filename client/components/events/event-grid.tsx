import { Skeleton } from '../ui/skeleton';
import type { CardWords } from './card-words';
import { EventCard } from './event-card';

const GRID = 'grid grid-cols-1 gap-x-5 gap-y-6 sm:grid-cols-2 sm:gap-y-10 lg:grid-cols-4';

export function EventGrid({ cards }: { cards: CardWords[] }) {
  return (
    <ul className={GRID}>
      {cards.map((card) => (
        <li key={card.id}>
          <EventCard {...card} />
        </li>
      ))}
    </ul>
  );
}

const PLACES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function EventGridSkeleton({ count = 8 }: { count?: number }) {
  return (
    <div className={GRID}>
      {PLACES.slice(0, count).map((place) => (
        <div key={place} className="flex gap-4 sm:flex-col sm:gap-3">
          <Skeleton className="aspect-[4/5] w-24 shrink-0 sm:w-full sm:rounded-card" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-4 w-28" />
            <Skeleton className="h-5 w-full max-w-48" />
            <Skeleton className="h-4 w-36" />
          </div>
        </div>
      ))}
    </div>
  );
}
