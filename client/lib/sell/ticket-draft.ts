import { editableMoney, parseMoney } from '../format/money.ts';
import type { Ticket, TicketCreate, TicketPatch } from '../queries/types.ts';
import { utcToLocal, zonedToUtc } from '../time/zoned.ts';

/** A ticket as its form holds it. */
export interface TicketDraft {
  /** Tells rows of a form apart; a ticket that exists has its own id here. */
  key: string;
  title: string;
  price: string;
  quantity: string;
  limit: string;
  saleStartsAt: string;
  saleEndsAt: string;
}

const DEFAULT_LIMIT = 50;

export const emptyTicket = (key: string): TicketDraft => ({
  key,
  title: '',
  price: '',
  quantity: '',
  limit: '10',
  saleStartsAt: '',
  saleEndsAt: '',
});

export const draftOfTicket = (ticket: Ticket, timezone: string): TicketDraft => ({
  key: ticket.id,
  title: ticket.title,
  price: editableMoney(ticket.price, ticket.currency),
  quantity: String(ticket.quantity),
  limit: String(ticket.max_per_buyer),
  saleStartsAt: ticket.sale_starts_at ? utcToLocal(ticket.sale_starts_at, timezone) : '',
  saleEndsAt: ticket.sale_ends_at ? utcToLocal(ticket.sale_ends_at, timezone) : '',
});

/** Of what event a ticket is, and whose clock its times are on. */
export interface Place {
  currency: string;
  timezone: string;
  eventId: string | null;
}

export function ticketBody(
  draft: TicketDraft,
  { currency, timezone, eventId }: Place,
): TicketCreate {
  return {
    title: draft.title.trim(),
    price: parseMoney(draft.price, currency) ?? -1, // the form has complained before
    quantity: Number(draft.quantity || '1'),
    max_per_buyer: Number(draft.limit || DEFAULT_LIMIT),
    sale_starts_at: draft.saleStartsAt ? zonedToUtc(draft.saleStartsAt, timezone) : null,
    sale_ends_at: draft.saleEndsAt ? zonedToUtc(draft.saleEndsAt, timezone) : null,
    currency: currency as NonNullable<TicketCreate['currency']>,
    event_id: eventId,
  };
}

/** What differs from the ticket as it stands; null when nothing does. */
export function ticketChanges(
  ticket: Ticket,
  draft: TicketDraft,
  place: Place,
): TicketPatch | null {
  const now = ticketBody(draft, place);
  const before = ticketBody(draftOfTicket(ticket, place.timezone), {
    ...place,
    currency: ticket.currency,
    eventId: ticket.event_id,
  });
  const changed = Object.entries(now).filter(
    ([name, value]) => value !== before[name as keyof TicketCreate],
  );
  return changed.length > 0 ? (Object.fromEntries(changed) as TicketPatch) : null;
}
