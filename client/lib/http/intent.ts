/**
 * What a person means to do once. The key of an intent outlives double clicks,
 * reloads and the back button, so that the service does it once as well.
 */
const memory = new Map<string, string>();

function read(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return memory.get(name) ?? null; // storage is forbidden: this page's memory must do
  }
}

function write(name: string, key: string | null): void {
  try {
    if (key === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, key);
  } catch {
    if (key === null) memory.delete(name);
    else memory.set(name, key);
  }
}

const nameOf = (scope: string, body: unknown) => `intent:${scope}:${digest(JSON.stringify(body))}`;

/** The `Idempotency-Key` of this intent: the same one until it is forgotten. */
export function keyOf(scope: string, body: unknown): string {
  const name = nameOf(scope, body);
  const known = read(name);
  if (known) return known;
  const key = randomKey();
  write(name, key);
  return key;
}

/** The intent is settled: the same wish again is a new one. */
export const forget = (scope: string, body: unknown): void => write(nameOf(scope, body), null);

/** 128 random bits; `crypto.randomUUID` is missing where the page came over plain http. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** FNV-1a, to keep names short; keys of different intents may not collide by chance often. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(36);
}
