import { type ReactNode, useId } from 'react';
import { namedPoints, roundTop } from '@/lib/sales/scale';

export interface Bar {
  /** What stands for it, on the axis and in the table. */
  name: string;
  value: number;
}

interface Props {
  /** One sentence that says what the picture shows. */
  summary: string;
  bars: readonly Bar[];
  write: (value: number) => string;
  /** The same figures for those who would rather read than see. */
  children: ReactNode;
}

const LINES = [0, 0.5, 1];

/** Values over time. Bars are laid out in per cent, so it is drawn at any width at once. */
export function BarChart({ summary, bars, write, children }: Props) {
  const id = useId();
  const top = roundTop(Math.max(0, ...bars.map(({ value }) => value)));
  const slot = 100 / Math.max(bars.length, 1);
  return (
    <figure aria-labelledby={id} className="flex flex-col gap-2">
      <figcaption id={id} className="text-muted text-sm">
        {summary}
      </figcaption>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 pt-2">
        <div className="relative text-right text-muted text-xs tabular-nums" aria-hidden>
          <span className="invisible">{write(top)}</span>
          {LINES.map((line) => (
            <span
              key={line}
              className="absolute right-0 -translate-y-1/2"
              style={{ top: `${(1 - line) * 100}%` }}
            >
              {write(top * line)}
            </span>
          ))}
        </div>
        <svg aria-hidden className="h-40 w-full overflow-visible sm:h-52">
          {LINES.map((line) => (
            <line
              key={line}
              x1="0"
              x2="100%"
              y1={`${(1 - line) * 100}%`}
              y2={`${(1 - line) * 100}%`}
              className={line === 0 ? 'stroke-line-strong' : 'stroke-line'}
              strokeDasharray={line === 0 ? undefined : '3 4'}
            />
          ))}
          {bars.map(({ name, value }, index) => (
            <g key={name} className="group">
              <rect
                x={`${index * slot}%`}
                width={`${slot}%`}
                y="0"
                height="100%"
                fill="none"
                pointerEvents="all"
              >
                <title>{`${name}: ${write(value)}`}</title>
              </rect>
              <rect
                x={`${(index + 0.12) * slot}%`}
                width={`${slot * 0.76}%`}
                y={`${(1 - value / top) * 100}%`}
                height={`${(value / top) * 100}%`}
                rx="3"
                className="pointer-events-none fill-go stroke-line-strong group-hover:fill-go-hover"
              />
            </g>
          ))}
        </svg>
        <span />
        <Names bars={bars} />
      </div>
      {children}
    </figure>
  );
}

function Names({ bars }: { bars: readonly Bar[] }) {
  const named = namedPoints(bars.length, 4);
  return (
    <div className="flex justify-between gap-2 pt-2 text-muted text-xs tabular-nums" aria-hidden>
      {named.map((index) => (
        <span key={index} className="whitespace-nowrap">
          {bars[index]?.name}
        </span>
      ))}
    </div>
  );
}
