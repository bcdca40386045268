interface Props {
  className?: string;
}

/** A picture that the server writes into a page: one of lucide's would be a script there. */
const drawn = (lines: string) =>
  function Drawn({ className }: Props) {
    return (
      <svg
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        className={className}
        aria-hidden
      >
        <path d={lines} />
      </svg>
    );
  };

const PAGE =
  'M8 2v3M16 2v3M3 9h18M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z';

export const SearchDrawn = drawn('m21 21-4.34-4.34M19 11a8 8 0 1 1-16 0a8 8 0 0 1 16 0');
export const MapPinDrawn = drawn(
  'M20 10c0 4.993-5.539 10.193-7.399 11.799a1 1 0 0 1-1.202 0C9.539 20.193 4 14.993 4 10a8 8 0 0 1 16 0M15 10a3 3 0 1 1-6 0a3 3 0 0 1 6 0',
);
export const CalendarDrawn = drawn(
  `${PAGE}M8 13h.01M12 13h.01M16 13h.01M8 17h.01M12 17h.01M16 17h.01`,
);
export const CalendarCrossedDrawn = drawn(`${PAGE}M14 13l-4 4M10 13l4 4`);
