import type { Stripe } from '@stripe/stripe-js';

let loading: Promise<Stripe> | null = null;

/** Stripe's script, once and only where somebody pays; tried again after a failure. */
export function loadStripe(publishableKey: string): Promise<Stripe> {
  loading ??= load(publishableKey).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(publishableKey: string): Promise<Stripe> {
  const { loadStripe: fetchScript } = await import('@stripe/stripe-js/pure');
  const stripe = await fetchScript(publishableKey);
  if (!stripe) throw new Error('Stripe needs a browser.');
  return stripe;
}

/** Lets the buyer answer the bank inside this page; what came of it, the provider knows. */
export async function answerBank(publishableKey: string, clientSecret: string): Promise<void> {
  const stripe = await loadStripe(publishableKey);
  await stripe.handleNextAction({ clientSecret });
}
