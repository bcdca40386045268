/** Whose draft it is, and what it changes: a version of something, or nothing yet. */
export interface Slot {
  by: string;
  of: string;
}

/** Names things as they stand: changed by anybody, they are others. */
export const versionsOf = (...things: { id: string; version: number }[]): string =>
  things.map(({ id, version }) => `${id}@${version}`).join(' ');

type Kept = Slot & { draft: unknown };

const NAME = 'draft';

function read(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

/** What this person typed in this tab, changing the same, and has not saved; nobody else's. */
export function keptDraft<Draft>({ by, of }: Slot): Draft | null {
  const kept = read();
  return kept?.by === by && kept.of === of ? (kept.draft as Draft) : null;
}

/** One at a time: a tab has one form that is typed into. */
export function keepDraft(slot: Slot, draft: unknown): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ ...slot, draft } satisfies Kept));
  } catch {
    // storage is forbidden: what was typed lasts as long as the page
  }
}

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // nothing was kept either
  }
}

/** Somebody is here: what others typed is none of their business. */
export function forgetDraftOfOthers(here: string): void {
  if (read()?.by !== here) forgetDraft();
}
