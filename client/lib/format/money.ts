// ISO 4217 counts minor units, as the API does. `Intl` knows what people write, which is less
// for some: no cents of a kip, no fils of an Iraqi dinar.
const WHOLE = 'bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf'.split(' ');
const THOUSANDTHS = 'bhd iqd jod kwd lyd omr tnd'.split(' ');

/** Digits after the decimal point of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function fractionDigits(currency: string): number {
  const code = currency.toLowerCase();
  if (WHOLE.includes(code)) return 0;
  return THOUSANDTHS.includes(code) ? 3 : 2;
}

/** `2550, 'usd'` -> `$25.50`. Whole amounts may drop their zeros where room is short. */
export function formatMoney(
  amount: number,
  currency: string,
  tag: string,
  { short = false }: { short?: boolean } = {},
): string {
  return formatOf(currency, tag, short).format(amount / 10 ** fractionDigits(currency));
}

/** To make one costs a phone milliseconds, to use it next to nothing. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string, tag: string, short: boolean): Intl.NumberFormat {
  const key = `${tag}/${currency}/${short}`;
  const known = formats.get(key);
  if (known) return known;
  const digits = fractionDigits(currency);
  const made = new Intl.NumberFormat(tag, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay: short ? 'stripIfInteger' : 'auto',
  });
  formats.set(key, made);
  return made;
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
