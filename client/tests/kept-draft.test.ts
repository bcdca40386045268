import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  forgetDraft,
  forgetDraftOfOthers,
  keepDraft,
  keptDraft,
  versionsOf,
} from '../lib/sell/kept-draft.ts';

const ada = { by: 'ada', of: 'new event' };
const draft = { name: 'Night Music' };

beforeEach(() => {
  const kept = new Map<string, string>();
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    value: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
      removeItem: (name: string) => kept.delete(name),
    },
  });
});

test('what somebody typed is there again for the same person and purpose', () => {
  keepDraft(ada, draft);
  assert.deepEqual(keptDraft(ada), draft);
  assert.equal(keptDraft({ ...ada, by: 'grace' }), null);
});

test('a draft of one version is none of the next: it would undo what is new', () => {
  const of = (version: number) => versionsOf({ id: 'e1', version: 1 }, { id: 't1', version });
  keepDraft({ by: 'ada', of: of(1) }, draft);
  assert.deepEqual(keptDraft({ by: 'ada', of: of(1) }), draft);
  assert.equal(keptDraft({ by: 'ada', of: of(2) }), null);
});

test('what was saved is forgotten', () => {
  keepDraft(ada, draft);
  forgetDraft();
  assert.equal(keptDraft(ada), null);
});

test('it outlives a session of its own person, and goes when somebody else is here', () => {
  keepDraft(ada, draft);
  forgetDraftOfOthers('ada');
  assert.deepEqual(keptDraft(ada), draft);
  forgetDraftOfOthers('grace');
  assert.equal(keptDraft(ada), null);
});

test('without a storage nothing is kept, and nothing breaks', () => {
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get: () => {
      throw new Error('forbidden');
    },
  });
  keepDraft(ada, draft);
  forgetDraftOfOthers('grace');
  assert.equal(keptDraft(ada), null);
});
