import type { Sale } from '../queries/types.ts';

/** As people are called up at a door: by name, those without one last, by their code. */
export function byName(sales: readonly Sale[], tag: string): Sale[] {
  const { compare } = new Intl.Collator(tag, { sensitivity: 'base', numeric: true });
  return [...sales].sort((one, other) => {
    const [name, otherName] = [one.contact?.name, other.contact?.name];
    if (!name || !otherName)
      return Number(!name) - Number(!otherName) || compare(one.code, other.code);
    return compare(name, otherName) || compare(one.code, other.code);
  });
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Those whose name, e-mail or code holds every word that was typed. */
export function matching(sales: readonly Sale[], typed: string): Sale[] {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  return sales.filter(({ code, contact }) => {
    const text = fold(`${code} ${contact?.name ?? ''} ${contact?.email ?? ''}`);
    return words.every((word) => text.includes(word));
  });
}

/** How many may come in: a ticket is a person. */
export const peopleOf = (sales: readonly Sale[]): number =>
  sales.reduce(
    (people, { items }) => people + items.reduce((sum, { quantity }) => sum + quantity, 0),
    0,
  );
