'use client';

import { Ticket } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { BarChart } from '@/components/ui/bar-chart';
import { Button } from '@/components/ui/button';
import { Card, Stub, TearLine } from '@/components/ui/card';
import { Choice } from '@/components/ui/choice';
import { Dialog } from '@/components/ui/dialog';
import { Empty } from '@/components/ui/empty';
import { SelectField, TextArea, TextField } from '@/components/ui/field';
import { Filter } from '@/components/ui/filter';
import { Menu, menuItem } from '@/components/ui/menu';
import { Notice } from '@/components/ui/notice';
import { Poster } from '@/components/ui/poster';
import { Section } from '@/components/ui/section';
import { ShareBar } from '@/components/ui/share-bar';
import { Skeleton } from '@/components/ui/skeleton';
import { Stepper } from '@/components/ui/stepper';
import { Steps } from '@/components/ui/steps';

const COLOURS = [
  'bg-paper',
  'bg-surface',
  'bg-sunken',
  'bg-ink',
  'bg-muted',
  'bg-line',
  'bg-line-strong',
  'bg-go',
  'bg-good',
  'bg-warn',
  'bg-bad',
  'bg-info',
];
const POSTERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const TONES = ['plain', 'go', 'good', 'warn', 'bad', 'info'] as const;

/** Every component of the design in one place, for those who build with it. In English only. */
export function Gallery() {
  return (
    <div lang="en" className="mx-auto flex max-w-6xl flex-col gap-10 px-4 pt-10 sm:px-6">
      <h1 className="text-display">Design</h1>
      <Section title="Type" text="Bricolage Grotesque for what is read first, Inter for the rest.">
        <div className="flex flex-col gap-3 md:col-span-2">
          <p className="text-display">Display</p>
          <p className="text-title">Title</p>
          <p className="text-heading">Heading</p>
          <p className="text-subheading">Subheading</p>
          <p>Body text at sixteen pixels.</p>
          <p className="text-muted text-sm">Small and muted.</p>
        </div>
      </Section>
      <Section title="Colour" text="Paper and ink, one marigold for the way to the ticket.">
        <ul className="grid grid-cols-3 gap-3 sm:grid-cols-6 md:col-span-2">
          {COLOURS.map((colour) => (
            <li key={colour} className="text-sm">
              <div className={`h-16 rounded-control border border-line ${colour}`} />
              {colour.slice(3)}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Posters" text="Drawn from an event’s id where it has no image.">
        <div className="grid grid-cols-4 gap-3 md:col-span-2 lg:grid-cols-8">
          {POSTERS.map((id) => (
            <div key={id} className="aspect-[4/5] overflow-hidden rounded-control">
              <Poster id={id} />
            </div>
          ))}
        </div>
      </Section>
      <Actions />
      <Fields />
      <Messages />
      <Charts />
    </div>
  );
}

function Actions() {
  const [open, setOpen] = useState(false);
  return (
    <Section title="Actions" text="Marigold once per page: it is the way on.">
      <div className="flex flex-wrap items-center gap-3 md:col-span-2">
        <Button look="go">Go</Button>
        <Button>Primary</Button>
        <Button look="quiet">Quiet</Button>
        <Button look="ghost">Ghost</Button>
        <Button look="danger">Danger</Button>
        <Button pending>Pending</Button>
        <Button disabled>Disabled</Button>
        <Button look="quiet" size="small" onClick={() => setOpen(true)}>
          Dialog
        </Button>
        <Menu label="A menu" trigger="Menu">
          {(close) => (
            <button type="button" className={menuItem} onClick={close}>
              An entry
            </button>
          )}
        </Menu>
        <Dialog
          open={open}
          onOpenChange={setOpen}
          title="A question"
          description="It waits for an answer."
          actions={<Button onClick={() => setOpen(false)}>An answer</Button>}
        />
      </div>
    </Section>
  );
}

function Fields() {
  const [value, setValue] = useState(2);
  const [card, setCard] = useState('one');
  const [filter, setFilter] = useState('all');
  const options = ['all', 'some', 'none'].map((name) => ({ value: name, name }));
  return (
    <Section title="Fields" text="A label, a hint, and a sentence when something is wrong.">
      <TextField label="Text" hint="A hint." defaultValue="Value" />
      <TextField label="Wrong" error="A sentence that says what is wrong." />
      <SelectField label="Choice" optional="optional">
        <option>One</option>
      </SelectField>
      <TextArea label="Long text" />
      <div className="flex flex-col gap-3">
        {['one', 'two'].map((name) => (
          <Choice
            key={name}
            name="card"
            value={name}
            checked={card === name}
            onChange={setCard}
            title={name}
          >
            What it means.
          </Choice>
        ))}
      </div>
      <div className="flex flex-col items-start gap-4">
        <Stepper
          value={value}
          max={4}
          onChange={setValue}
          label="Quantity"
          fewer="Fewer"
          more="More"
        />
        <Filter label="Filter" value={filter} options={options} onChange={setFilter} />
      </div>
    </Section>
  );
}

function Messages() {
  return (
    <Section title="Messages" text="What is so, what went wrong, what is on its way.">
      <div className="flex flex-wrap gap-2 md:col-span-2">
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </div>
      {(['info', 'good', 'warn', 'bad'] as const).map((tone) => (
        <Notice key={tone} tone={tone} title={tone}>
          A sentence or two.
        </Notice>
      ))}
      <Steps
        label="Steps"
        done="done"
        steps={[
          { name: 'Tickets', state: 'done' },
          { name: 'Pay', state: 'now' },
          { name: 'Done', state: 'next' },
        ]}
      />
      <Skeleton className="h-16" />
      <Card>A card</Card>
      <Stub>
        <p className="p-5">A stub</p>
        <TearLine />
        <p className="p-5">What hangs on it</p>
      </Stub>
      <div className="md:col-span-2">
        <Empty icon={Ticket} title="Nothing here yet" action={<Button>What to do</Button>}>
          Said so that nobody takes it for a fault.
        </Empty>
      </div>
    </Section>
  );
}

const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function Charts() {
  return (
    <Section title="Figures" text="Drawn as SVG, and always written beside it.">
      <div className="md:col-span-2">
        <BarChart
          summary="A sentence says what the picture shows."
          bars={WEEK.map((name, index) => ({ name, value: (index * 5) % 8 }))}
          write={String}
        >
          <ShareBar
            whole={10}
            shares={[
              { name: 'sold', value: 6, className: 'bg-ink' },
              { name: 'held', value: 2, className: 'bg-go' },
            ]}
          />
        </BarChart>
      </div>
    </Section>
  );
}
