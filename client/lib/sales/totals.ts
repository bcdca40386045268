import type { SalesSummary, TicketSales } from '../queries/types.ts';

export interface Totals {
  quantity: number;
  held: number;
  sold: number;
  /** Refunded, and kept away from sale. */
  withheld: number;
  left: number;
  /** In minor units, by currency: no two are added up. */
  revenue: [currency: string, amount: number][];
}

const leftOf = ({ quantity, held, sold, withheld }: TicketSales) =>
  Math.max(0, quantity - held - sold - withheld);

/** What several tickets come to. */
export function totalsOf(tickets: readonly TicketSales[]): Totals {
  const revenue = new Map<string, number>();
  for (const { currency, revenue: amount } of tickets) {
    revenue.set(currency, (revenue.get(currency) ?? 0) + amount);
  }
  const sum = (value: (ticket: TicketSales) => number) =>
    tickets.reduce((total, ticket) => total + value(ticket), 0);
  return {
    quantity: sum(({ quantity }) => quantity),
    held: sum(({ held }) => held),
    sold: sum(({ sold }) => sold),
    withheld: sum(({ withheld }) => withheld),
    left: sum(leftOf),
    revenue: [...revenue],
  };
}

/** What sold most comes first, then what earned most, then what most people hold. */
export const byMostSold = (
  one: Pick<TicketSales, 'sold' | 'revenue' | 'held'>,
  other: Pick<TicketSales, 'sold' | 'revenue' | 'held'>,
): number => other.sold - one.sold || other.revenue - one.revenue || other.held - one.held;

export const salesOfEvent = ({ tickets }: SalesSummary, eventId: string): TicketSales[] =>
  tickets.filter(({ event_id }) => event_id === eventId);

/** How many holds there were, and what became of them, the best first. */
export const OUTCOMES = ['complete', 'held', 'expired', 'cancelled', 'refunded'] as const;

export const holdsOf = ({ outcomes }: SalesSummary): number =>
  OUTCOMES.reduce((total, outcome) => total + outcomes[outcome], 0);

/** Differs where something has become of an order: a refund in part shows in the revenue alone. */
export const newsOf = ({ outcomes, tickets }: SalesSummary): string =>
  JSON.stringify([outcomes, tickets]);
