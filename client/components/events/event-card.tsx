import { Badge } from '@/components/ui/badge';
import { Poster } from '@/components/ui/poster';
import { Link } from '@/i18n/link';
import type { CardWords } from './card-words';

/** An event in a list: a row with a small poster on phones, a poster with words elsewhere. */
export function EventCard({ id, name, startsAt, when, where, price, state }: CardWords) {
  const badge = state ? <Badge tone={state.tone}>{state.text}</Badge> : null;
  return (
    <article className="group relative flex min-w-0 gap-4 sm:flex-col sm:gap-3">
      <div className="relative aspect-[4/5] w-24 shrink-0 overflow-hidden rounded-control sm:w-full sm:rounded-card">
        <Poster id={id} className="transition-transform duration-500 group-hover:scale-[1.04]" />
        <div className="absolute top-3 left-3 drop-shadow-sm max-sm:hidden">{badge}</div>
      </div>
      <div className="flex min-w-0 flex-col gap-0.5 py-1 sm:py-0">
        <p className="font-semibold text-muted text-sm">
          <time dateTime={startsAt}>{when}</time>
        </p>
        <h3 className="line-clamp-2 text-subheading">
          <Link
            href={`/events/${id}`}
            className="outline-offset-4 after:absolute after:inset-0 group-hover:underline group-hover:decoration-2 group-hover:underline-offset-4"
          >
            {name}
          </Link>
        </h3>
        <p className="truncate text-muted text-sm">{where}</p>
        <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1">
          {price === null ? null : (
            <p className="whitespace-nowrap font-semibold text-sm">{price}</p>
          )}
          <span className="sm:hidden">{badge}</span>
        </div>
      </div>
    </article>
  );
}
