import { clsx } from 'clsx';
import { HEIGHT, posterOf, type Shape, WIDTH } from '@/lib/poster';

/** Decoration drawn from an event's id; whatever it shows is also said in words beside it. */
export function Poster({ id, className }: { id: string; className?: string }) {
  const { background, shapes, turn } = posterOf(id);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      className={clsx('block size-full', className)}
      aria-hidden
      focusable="false"
    >
      <rect width={WIDTH} height={HEIGHT} fill={background} />
      <g transform={`translate(200 250) rotate(${turn}) scale(1.26) translate(-200 -250)`}>
        {shapes.map((shape, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the shapes of a poster never change
          <PosterShape key={index} shape={shape} />
        ))}
      </g>
    </svg>
  );
}

function PosterShape({ shape }: { shape: Shape }) {
  const paint = { fill: shape.fill, stroke: shape.stroke, strokeWidth: shape.width };
  return shape.kind === 'circle' ? (
    <circle cx={shape.cx} cy={shape.cy} r={shape.r} {...paint} />
  ) : (
    <path d={shape.d} {...paint} />
  );
}
