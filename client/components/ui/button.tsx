import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';

export const buttonStyle = cva(
  'inline-flex select-none items-center justify-center gap-2 whitespace-nowrap rounded-full font-semibold transition-[background-color,border-color,transform] duration-150 active:scale-[0.98] disabled:opacity-50 aria-disabled:opacity-50 disabled:active:scale-100',
  {
    variants: {
      look: {
        go: 'bg-go text-on-go hover:bg-go-hover',
        primary: 'bg-ink text-paper hover:bg-ink/85',
        quiet: 'border border-line-strong bg-surface text-ink hover:border-ink',
        ghost: 'text-ink hover:bg-sunken',
        danger: 'border border-bad text-bad hover:bg-bad-soft',
      },
      size: {
        small: 'h-9 px-4 text-sm',
        normal: 'h-11 px-5 text-[0.9375rem]',
        large: 'h-14 px-7 text-base',
        icon: 'size-11',
      },
      wide: { true: 'w-full' },
    },
    defaultVariants: { look: 'primary', size: 'normal' },
  },
);

type Props = ComponentProps<'button'> &
  VariantProps<typeof buttonStyle> & {
    /** At work: keeps its size, shows it, and ignores further clicks. */
    pending?: boolean;
  };

export function Button({ pending, look, size, wide, className, children, ...rest }: Props) {
  const style = buttonStyle({ look, size, wide, className });
  return (
    <button
      type="button"
      className={style}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      {...rest}
      onClick={pending ? (event) => event.preventDefault() : rest.onClick}
    >
      {pending ? <LoaderCircle className="size-4 animate-spin" aria-hidden /> : null}
      {children}
    </button>
  );
}
