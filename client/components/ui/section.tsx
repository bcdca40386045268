import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  text: string;
  children: ReactNode;
}

/** A part of a long form: what it is about on the left, its fields on the right. */
export function Section({ title, text, children }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-10 gap-y-5 border-line border-t pt-8 lg:grid-cols-[14rem_minmax(0,1fr)]"
    >
      <div className="flex flex-col gap-1.5">
        <h2 id={id} className="text-heading">
          {title}
        </h2>
        <p className="text-muted text-sm">{text}</p>
      </div>
      <div className="grid min-w-0 content-start gap-5 md:grid-cols-2">{children}</div>
    </section>
  );
}
