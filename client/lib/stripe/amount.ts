/** Digits behind the decimal point as Stripe counts them, where ISO 4217 counts others. */
const OWN: Record<string, number> = { isk: 100, ugx: 100, mga: 0.01 };

/** Minor units as Stripe wants them; the same rule as the service's own adapter has. */
export const stripeAmount = (amount: number, currency: string): number =>
  Math.round(amount * (OWN[currency.toLowerCase()] ?? 1));
