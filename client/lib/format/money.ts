/** Digits after the decimal point of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function fractionDigits(currency: string): number {
  const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/** `2550, 'usd'` -> `$25.50`. Whole amounts may drop their zeros where room is short. */
export function formatMoney(
  amount: number,
  currency: string,
  tag: string,
  { short = false }: { short?: boolean } = {},
): string {
  return new Intl.NumberFormat(tag, {
    style: 'currency',
    currency,
    trailingZeroDisplay: short ? 'stripIfInteger' : 'auto',
  }).format(amount / 10 ** fractionDigits(currency));
}

/** `25,5` -> 2550 for EUR; null for what is no amount of this currency. */
export function parseMoney(text: string, currency: string): number | null {
  const digits = fractionDigits(currency);
  const match = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim().replace(/[\s'’]/g, ''));
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > digits) return null;
  return Number(`${match[1]}${fraction.padEnd(digits, '0')}`);
}

/** 2550 -> `25.50`, as a person would type it. */
export function editableMoney(amount: number, currency: string): string {
  const digits = fractionDigits(currency);
  const text = (amount / 10 ** digits).toFixed(digits);
  return digits > 0 && Number(text) % 1 === 0 ? text.slice(0, -digits - 1) : text;
}
