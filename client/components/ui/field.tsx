import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';

export const inputStyle =
  'w-full rounded-control border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-muted transition-colors hover:border-ink aria-invalid:border-bad aria-invalid:border-2 disabled:opacity-60';

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: string | undefined;
  className?: string;
}

interface Aria {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

/** A label, its control, a hint, and the sentence that says what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  optional,
  className,
  children,
}: FieldProps & { children: (aria: Aria) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean);
  return (
    <div className={clsx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-3 font-medium text-sm">
        {label}
        {optional ? (
          // Not part of the name: a required field says that it is, by its attribute.
          <span className="font-normal text-muted" aria-hidden>
            {optional}
          </span>
        ) : null}
      </label>
      {children({
        id,
        'aria-describedby': described.join(' ') || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error ? (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-bad text-sm">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

type Control<Tag extends 'input' | 'textarea' | 'select'> = FieldProps &
  Omit<ComponentProps<Tag>, 'className' | 'id'>;

function split<Props extends FieldProps>({
  label,
  hint,
  error,
  optional,
  className,
  ...control
}: Props) {
  return { field: { label, hint, error, optional, ...(className ? { className } : {}) }, control };
}

export function TextField(props: Control<'input'> & { prefix?: string }) {
  const { field, control } = split(props);
  return (
    <Field {...field}>
      {(aria) => <input className={clsx(inputStyle, 'h-12')} {...control} {...aria} />}
    </Field>
  );
}

export function TextArea(props: Control<'textarea'>) {
  const { field, control } = split(props);
  return (
    <Field {...field}>
      {(aria) => <textarea className={clsx(inputStyle, 'min-h-28 py-3')} {...control} {...aria} />}
    </Field>
  );
}

export function SelectField(props: Control<'select'>) {
  const { field, control } = split(props);
  return (
    <Field {...field}>
      {(aria) => (
        <select className={clsx(inputStyle, 'h-12 select-arrow')} {...control} {...aria} />
      )}
    </Field>
  );
}
