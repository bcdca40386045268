import type { ComponentType, ReactNode } from 'react';

interface Props {
  icon: ComponentType<{ className?: string }>;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Nothing here yet, said so that nobody takes it for a fault, and what to do next. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-card border border-line border-dashed px-6 py-14 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-sunken">
        <Icon className="size-6" />
      </span>
      <h2 className="text-heading">{title}</h2>
      {children ? <div className="max-w-md text-pretty text-muted">{children}</div> : null}
      {action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
