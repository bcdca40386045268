import type { Availability, Ticket } from '@/lib/queries/types';

/** A ticket as a buyer may choose it: with what is left of it now. */
export interface Offer {
  id: string;
  title: string;
  price: number;
  fee: number;
  currency: string;
  status: Ticket['status'];
  available: number;
  limit: number;
  saleStartsAt: string | null;
}

/** Units of one order, over all its tickets. */
export const ORDER_LIMIT = 50;

export function offerOf(ticket: Ticket, live?: Availability): Offer {
  const now = live?.tickets.find(({ id }) => id === ticket.id);
  return {
    id: ticket.id,
    title: ticket.title,
    price: ticket.price,
    fee: ticket.fee,
    currency: ticket.currency,
    status: now?.status ?? ticket.status,
    available: now?.available ?? ticket.available,
    limit: ticket.max_per_buyer,
    saleStartsAt: ticket.sale_starts_at,
  };
}

export type Quantities = Readonly<Record<string, number>>;

export const unitsOf = (quantities: Quantities): number =>
  Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0);

/** How many of this offer may be chosen beside what is chosen already. */
export function mostOf(offer: Offer, quantities: Quantities): number {
  if (offer.status !== 'on_sale') return 0;
  const others = unitsOf(quantities) - (quantities[offer.id] ?? 0);
  return Math.max(0, Math.min(offer.available, offer.limit, ORDER_LIMIT - others));
}

/** What was chosen, as far as it is still to be had. */
export function chosenOf(offers: readonly Offer[], quantities: Quantities): Quantities {
  const chosen: Record<string, number> = {};
  for (const offer of offers) {
    const quantity = Math.min(quantities[offer.id] ?? 0, mostOf(offer, quantities));
    if (quantity > 0) chosen[offer.id] = quantity;
  }
  return chosen;
}

export const totalOf = (offers: readonly Offer[], quantities: Quantities): number =>
  offers.reduce((sum, { id, price, fee }) => sum + (price + fee) * (quantities[id] ?? 0), 0);

export const itemsOf = (quantities: Quantities) =>
  Object.entries(quantities).map(([ticket_id, quantity]) => ({ ticket_id, quantity }));
