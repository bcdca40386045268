import type { Words } from '@/i18n/server';
import type { Formats } from '@/lib/format/formats';
import type { Brought } from '@/lib/queries/use-event';
import { EventAbout } from './event-about';
import { EventHead } from './event-details';
import { EventNow } from './event-now';
import { EventSale } from './event-sale';

interface Props {
  brought: Brought;
  t: Words;
  formats: Formats;
}

/** An event: what it is was written by the server, and only its sale lives in the browser. */
export function EventView({ brought, t, formats }: Props) {
  return (
    <div className="mx-auto grid max-w-6xl gap-x-12 gap-y-8 px-4 pt-6 sm:px-6 md:pt-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div className="flex flex-col gap-6">
        <EventNow brought={brought}>
          <EventHead event={brought.event} t={t} formats={formats} />
        </EventNow>
      </div>
      <div className="lg:col-start-2 lg:row-span-2 lg:row-start-1">
        <div className="lg:sticky lg:top-24">
          <EventSale brought={brought} />
        </div>
      </div>
      <EventAbout brought={brought} />
    </div>
  );
}
