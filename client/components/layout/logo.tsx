/** The name of the house on a torn ticket. */
export function Logo({ name }: { name: string }) {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="0 0 36 28" className="h-7 w-9" aria-hidden focusable="false">
        <path
          d="M4 1h28a3 3 0 0 1 3 3v5.5a4.5 4.5 0 0 0 0 9V24a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3v-5.5a4.5 4.5 0 0 0 0-9V4a3 3 0 0 1 3-3Z"
          className="fill-go"
        />
        <path d="M13 8.5h10v3.2h-3.2V20h-3.6v-8.3H13Z" className="fill-on-go" />
      </svg>
      <span className="font-bold font-display text-xl tracking-tight">{name}</span>
    </span>
  );
}
