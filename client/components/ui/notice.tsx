import { cva, type VariantProps } from 'class-variance-authority';
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

const noticeStyle = cva('flex items-start gap-3 rounded-control p-4 text-[0.9375rem]', {
  variants: {
    tone: {
      info: 'bg-info-soft [&>svg]:text-info',
      good: 'bg-good-soft [&>svg]:text-good',
      warn: 'bg-warn-soft [&>svg]:text-warn',
      bad: 'bg-bad-soft [&>svg]:text-bad',
    },
  },
  defaultVariants: { tone: 'info' },
});

type Tone = NonNullable<VariantProps<typeof noticeStyle>['tone']>;

const ICONS = { info: Info, good: CircleCheck, warn: TriangleAlert, bad: CircleAlert };

interface Props {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** Said at once to those who do not see it: for what a person's own click brought about. */
  live?: boolean;
}

export function Notice({ tone = 'info', title, children, action, live }: Props) {
  const Icon = ICONS[tone];
  const role = live ? (tone === 'bad' ? 'alert' : 'status') : undefined;
  return (
    <div className={noticeStyle({ tone })} role={role}>
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children ? <div className="text-pretty">{children}</div> : null}
        {action ? <div className="mt-2 flex flex-wrap gap-2">{action}</div> : null}
      </div>
    </div>
  );
}
