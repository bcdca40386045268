'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Stub, TearLine } from '@/components/ui/card';
import { useRouter } from '@/i18n/link';
import { useReserve } from '@/lib/queries/use-reserve';
import type { ServerClock } from '@/lib/time/clock';
import { BuyBar } from './buy-bar';
import { chosenOf, itemsOf, mostOf, type Offer, type Quantities, totalOf, unitsOf } from './offer';
import { OfferRow } from './offer-row';
import { Refusal } from './refusal';
import { SaleCountdown } from './sale-countdown';

interface Props {
  eventId: string | null;
  timezone: string;
  offers: Offer[];
  clock: ServerClock;
  /**
   * Asks again what is left: a sale began, or an order was refused. What is asked already is waited
   * for: when many want to know, an answer may take longer than it takes to ask again.
   */
  refresh: () => void;
}

/** The tickets of an event: choose how many of each, and hold them. */
export function TicketPicker({ eventId, timezone, offers, clock, refresh }: Props) {
  const t = useTranslations('buy');
  const [wished, setWished] = useState<Quantities>(() => firstWish(offers));
  const router = useRouter();
  const reserve = useReserve();
  const [asked, setAsked] = useState(offers);
  const pending = reserve.isPending || reserve.isSuccess;
  // What is taken from now on may be what was asked for: that others have it is no news.
  const shown = pending ? asked : offers;
  const chosen = chosenOf(shown, wished);
  const total = totalOf(shown, chosen);
  const buy = () => {
    setAsked(offers);
    void import('@/components/checkout/checkout').catch(() => undefined); // what comes next
    reserve.mutate(
      { eventId, items: itemsOf(chosen), total },
      { onSuccess: ({ id }) => router.push(`/orders/${id}`), onError: refresh },
    );
  };
  return (
    <section id="tickets" aria-labelledby="tickets-title" className="flex flex-col gap-4">
      <h2 id="tickets-title" className="sr-only">
        {t('tickets')}
      </h2>
      <SaleCountdown offers={shown} clock={clock} timezone={timezone} onOver={refresh} />
      <Stub>
        <ul className="divide-y divide-line px-5 sm:px-6">
          {shown.map((offer) => (
            <OfferRow
              key={offer.id}
              offer={offer}
              timezone={timezone}
              quantity={chosen[offer.id] ?? 0}
              max={mostOf(offer, chosen)}
              pending={pending}
              refusal={reserve.error}
              onChange={(quantity) => {
                if (reserve.isError) reserve.reset();
                setWished({ ...chosen, [offer.id]: quantity });
              }}
            />
          ))}
        </ul>
        <TearLine />
        <div className="flex flex-col gap-4 px-5 pb-5 sm:px-6 sm:pb-6">
          <Refusal error={reserve.error} offers={shown} eventId={eventId} />
          <BuyBar
            units={unitsOf(chosen)}
            total={total}
            currency={shown[0]?.currency ?? 'usd'}
            pending={pending}
            onBuy={buy}
            offers={shown}
          />
        </div>
      </Stub>
    </section>
  );
}

/** A single ticket needs no choosing. */
function firstWish(offers: Offer[]): Quantities {
  const [only] = offers;
  return only && offers.length === 1 && only.limit > 0 ? { [only.id]: 1 } : {};
}
