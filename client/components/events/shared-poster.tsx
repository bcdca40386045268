import { HEIGHT, posterOf, type Shape, WIDTH } from '@/lib/poster';

interface Props {
  id: string;
  house: string;
  title: string;
  when: string;
  where: string;
}

const LONG = 40;

/** The picture of a shared link: words on paper beside the poster. Drawn by satori: flex only. */
export function SharedPoster({ id, house, title, when, where }: Props) {
  return (
    <div style={{ display: 'flex', width: '100%', height: '100%', background: '#faf8f4' }}>
      <div
        style={{
          display: 'flex',
          flex: 1,
          flexDirection: 'column',
          justifyContent: 'space-between',
          padding: 64,
          color: '#1b1815',
        }}
      >
        <div style={{ display: 'flex', fontSize: 30 }}>{house}</div>
        <div style={{ display: 'flex', flexDirection: 'column', gap: 20 }}>
          <div style={{ fontSize: title.length > LONG ? 56 : 76, lineHeight: 1.05 }}>{title}</div>
          <div style={{ fontSize: 32, color: '#625a51' }}>{when}</div>
          <div style={{ fontSize: 32, color: '#625a51' }}>{where}</div>
        </div>
      </div>
      {/* biome-ignore lint/performance/noImgElement: satori knows no other */}
      <img alt="" src={asImage(id)} width={504} height={630} />
    </div>
  );
}

function asImage(id: string): string {
  const { background, shapes, turn } = posterOf(id);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"><rect width="${WIDTH}" height="${HEIGHT}" fill="${background}"/><g transform="translate(200 250) rotate(${turn}) scale(1.26) translate(-200 -250)">${shapes.map(element).join('')}</g></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

function element(shape: Shape): string {
  const paint = `fill="${shape.fill}" stroke="${shape.stroke ?? 'none'}" stroke-width="${shape.width ?? 0}"`;
  return shape.kind === 'circle'
    ? `<circle cx="${shape.cx}" cy="${shape.cy}" r="${shape.r}" ${paint}/>`
    : `<path d="${shape.d}" ${paint}/>`;
}
