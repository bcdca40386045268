import { fractionDigits } from '../format/money';
import type { EventDetail } from '../queries/types';

/** Letters of a description: search engines show no more, and the page has all of it. */
const DESCRIBED = 500;

/** The event as search engines read it (schema.org), safe inside a script element. */
export function structuredEvent(event: EventDetail): string {
  const { venue, currency } = event;
  return JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.name,
    description: event.description?.slice(0, DESCRIBED) || undefined,
    startDate: event.starts_at,
    endDate: event.ends_at ?? undefined,
    eventStatus: `https://schema.org/Event${event.status === 'cancelled' ? 'Cancelled' : 'Scheduled'}`,
    location: {
      '@type': 'Place',
      name: venue.name,
      address: {
        '@type': 'PostalAddress',
        streetAddress: venue.street ?? undefined,
        addressLocality: venue.city,
        postalCode: venue.postal_code ?? undefined,
        addressCountry: venue.country,
      },
    },
    offers: event.tickets.map(({ title, price, fee, available }) => ({
      '@type': 'Offer',
      name: title,
      price: (price + fee) / 10 ** fractionDigits(currency),
      priceCurrency: currency.toUpperCase(),
      availability: `https://schema.org/${available > 0 ? 'InStock' : 'SoldOut'}`,
    })),
  }).replaceAll('<', '\\u003c');
}
