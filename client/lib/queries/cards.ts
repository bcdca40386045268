import type { Event } from './types';

/** What a list shows of an event: descriptions of many would weigh a page down. */
export interface EventCard {
  id: string;
  name: string;
  status: Event['status'];
  place: string;
  city: string;
  country: string;
  startsAt: string;
  timezone: string;
  currency: string;
  priceFrom: number | null;
  available: number;
  nextSaleAt: string | null;
  sale: Event['sale'];
}

export const toCard = (event: Event): EventCard => ({
  id: event.id,
  name: event.name,
  status: event.status,
  place: event.venue.name,
  city: event.venue.city,
  country: event.venue.country,
  startsAt: event.starts_at,
  timezone: event.timezone,
  currency: event.currency,
  priceFrom: event.price_from,
  available: event.available,
  nextSaleAt: event.next_sale_at,
  sale: event.sale,
});
