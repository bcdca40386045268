import type { EventCreate, EventDetail, EventPatch } from '../queries/types.ts';
import { utcToLocal, zonedToUtc } from '../time/zoned.ts';

/** An event as its form holds it: text in every field, wall clocks at the venue. */
export interface EventDraft {
  name: string;
  description: string;
  venueName: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  timezone: string;
  startsAt: string;
  endsAt: string;
  currency: string;
}

export const emptyEvent = (timezone: string): EventDraft => ({
  name: '',
  description: '',
  venueName: '',
  street: '',
  postalCode: '',
  city: '',
  country: '',
  timezone,
  startsAt: '',
  endsAt: '',
  currency: 'usd',
});

export const draftOfEvent = (event: EventDetail): EventDraft => ({
  name: event.name,
  description: event.description ?? '',
  venueName: event.venue.name,
  street: event.venue.street ?? '',
  postalCode: event.venue.postal_code ?? '',
  city: event.venue.city,
  country: event.venue.country,
  timezone: event.timezone,
  startsAt: event.starts_at_local.slice(0, 16),
  endsAt: event.ends_at ? utcToLocal(event.ends_at, event.timezone) : '',
  currency: event.currency,
});

type Status = 'draft' | 'published';

/** The whole event, for the service; empty fields are none. */
export function eventBody(draft: EventDraft, status: Status): EventCreate {
  const text = (value: string) => value.trim() || null;
  return {
    name: draft.name.trim(),
    venue: {
      name: draft.venueName.trim(),
      street: text(draft.street),
      city: draft.city.trim(),
      postal_code: text(draft.postalCode),
      country: draft.country as EventCreate['venue']['country'],
    },
    timezone: draft.timezone,
    starts_at_local: `${draft.startsAt}:00`,
    ends_at: draft.endsAt ? zonedToUtc(draft.endsAt, draft.timezone) : null,
    description: text(draft.description),
    currency: draft.currency as NonNullable<EventCreate['currency']>,
    status,
  };
}

/** What differs from the event as it stands; null when nothing does. */
export function eventChanges(
  event: EventDetail,
  draft: EventDraft,
  status: Status,
): EventPatch | null {
  const now = eventBody(draft, status);
  const before = eventBody(draftOfEvent(event), event.status === 'draft' ? 'draft' : 'published');
  const changed = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof EventCreate]),
  );
  if (changed.length === 0) return null;
  return Object.fromEntries(changed) as EventPatch;
}
