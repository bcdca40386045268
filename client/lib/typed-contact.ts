import type { Contact } from './queries/types.ts';

type Typed = Partial<Contact>;

const NAME = 'contact';

/** What this buyer typed in this tab, and nobody else did. */
export function typedBy(buyer: string): Typed {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) ?? '{}') as { buyer?: string } & Typed;
    return kept.buyer === buyer ? kept : {};
  } catch {
    return {};
  }
}

export function keepTyped(buyer: string, typed: Typed): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ ...typed, buyer }));
  } catch {
    // storage is forbidden: what was typed lasts as long as the page
  }
}

export function forgetTyped(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // nothing was kept either
  }
}
