import { Poster } from '@/components/ui/poster';

const PLACES = [
  'right-54 top-2 -rotate-9',
  'right-27 -top-4 rotate-3',
  'right-0 top-6 rotate-12',
] as const;
const SPARE = ['tonight', 'tomorrow', 'the day after'];

/** Some of what is on, fanned out like cards: decoration, and only where there is room. */
export function PosterFan({ ids }: { ids: string[] }) {
  return (
    <div className="absolute inset-y-0 right-2 w-104 max-xl:hidden" aria-hidden>
      {PLACES.map((place, index) => (
        <div
          key={place}
          className={`absolute h-60 w-48 overflow-hidden rounded-card shadow-lift ${place}`}
        >
          <Poster id={ids[index] ?? SPARE[index] ?? place} />
        </div>
      ))}
    </div>
  );
}
