'use client';

import { clsx } from 'clsx';
import { HEIGHT, posterOf, type Shape, WIDTH } from '@/lib/poster';

/** Decoration drawn from an event's id; whatever it shows is also said in words beside it. */
export function Poster({ id, className }: { id: string; className?: string }) {
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      className={clsx('block size-full', className)}
      aria-hidden
      focusable="false"
      // One text and not twenty elements: a page of posters has nothing to compare with them.
      // biome-ignore lint/security/noDangerouslySetInnerHtml: our own numbers and colours, no words
      dangerouslySetInnerHTML={{ __html: drawn(id) }}
    />
  );
}

function drawn(id: string): string {
  const { background, shapes, turn } = posterOf(id);
  const around = `translate(200 250) rotate(${turn}) scale(1.26) translate(-200 -250)`;
  return (
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${background}"/>` +
    `<g transform="${around}">${shapes.map(shapeOf).join('')}</g>`
  );
}

function shapeOf(shape: Shape): string {
  const paint = attributes({
    fill: shape.fill,
    stroke: shape.stroke,
    'stroke-width': shape.width,
  });
  return shape.kind === 'circle'
    ? `<circle cx="${shape.cx}" cy="${shape.cy}" r="${shape.r}"${paint}/>`
    : `<path d="${shape.d}"${paint}/>`;
}

const attributes = (named: Record<string, string | number | undefined>): string =>
  Object.entries(named)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
