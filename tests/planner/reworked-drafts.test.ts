import { expect, it } from 'vitest';
import type { Choice } from '../../shared/sync/plan.ts';
import { nothingIn, rework, takeIn, workOut, type Reworked } from '../../shared/sync/resettle.ts';
import { settle, type Draft, type Part, type Settled } from '../../shared/sync/settle.ts';
import { pick, randomOf, type Random } from '../simulation/random.ts';
import { MemoryPlan } from './memory-plan.ts';
import { randomChoice, randomWorld } from './random-world.ts';

const first = Number(process.env['TALLYBOOK_SEED'] ?? 1);
const plans = Number(process.env['TALLYBOOK_TREES'] ?? 2_000);

type Said = Pick<Draft, 'choices' | 'unticked'>;

function whole(steps: Generator<void, Reworked>): Reworked {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Says something about one row, or takes back what was said; mostly about rows that ask. */
function saySomething(next: Random, plan: MemoryPlan, { choices, unticked }: Said): Said {
  const ordinal = pick(next, next(4) === 0 ? [...plan.rows.keys()] : plan.conflicts()) ?? 0;
  const row = plan.rows[ordinal];
  const said = { choices: new Map<number, Choice>(choices), unticked: new Set(unticked) };
  if (row === undefined) return said;
  if (row.kind === 'conflict' && next(5) > 0) {
    if (next(4) === 0) said.choices.delete(ordinal);
    else said.choices.set(ordinal, randomChoice(next, plan, row, ordinal));
  } else if (!said.unticked.delete(ordinal)) said.unticked.add(ordinal);
  const byPlace = (a: number, b: number): number => a - b;
  return {
    choices: new Map([...said.choices].toSorted(([a], [b]) => byPlace(a, b))),
    unticked: new Set([...said.unticked].toSorted(byPlace)),
  };
}

/** A result in an order that does not tell how it was come to. */
function told({ choices, left, results, made, adoptions, syncOnly }: Settled): unknown {
  const sorted = <V>(map: ReadonlyMap<number, V>): unknown => [...map].toSorted(([a], [b]) => a - b);
  return {
    choices: sorted(choices),
    left: sorted(left),
    results: sorted(results),
    made: sorted(made),
    adoptions: sorted(adoptions),
    syncOnly: [...syncOnly].toSorted((a, b) => a - b),
  };
}

it(
  `a draft that takes nothing in is what it is when every row is looked at, in ${plans} plans`,
  { timeout: 600_000 },
  () => {
    let compared = 0;
    for (let seed = first; seed < first + plans; seed += 1) {
      const next = randomOf(Math.imul(seed, 2_654_435_761));
      const plan = new MemoryPlan(randomWorld(next, 3 * (1 + next(4))));
      const [conflicts, refused] = [plan.conflicts(), plan.refused];
      const all = [...plan.rows.keys()];
      // Now and then one row takes part, or one of those without a tick was decided about.
      const unticked = new Set(next(3) === 0 ? all.filter((ordinal) => ordinal !== next(all.length)) : all);
      const draft: Draft = { choices: new Map(), unticked, conflicts, refused };
      const out = nothingIn(draft, plan.rows.length);
      const isOut = all.every(
        (ordinal) =>
          unticked.has(ordinal) || conflicts.includes(ordinal) || refused.some((row) => row.ordinal === ordinal),
      );
      expect(out !== null, `seed ${seed}`).toBe(isOut);
      if (out === null) continue;
      compared += 1;
      for (const part of ['sync', 'apply', 'pull'] as const)
        expect(told(out.settled), `seed ${seed}, ${part}`).toEqual(told(settle(plan, draft, part)));
    }
    expect(compared).toBeGreaterThan(plans / 2);
  },
);

it(
  `a draft worked out from the one before it is what it is when it is worked out from the beginning, in ${plans} plans`,
  { timeout: 600_000 },
  () => {
    let [gone, all] = [0, 0];
    for (let seed = first; seed < first + plans; seed += 1) {
      const next = randomOf(Math.imul(seed, 2_654_435_761));
      const plan = new MemoryPlan(randomWorld(next, 3 * (1 + next(4))));
      if (plan.rows.length === 0) continue;
      const part = pick(next, ['sync', 'sync', 'apply', 'pull'] as const satisfies readonly Part[]) ?? 'sync';
      const [conflicts, refused] = [plan.conflicts(), plan.refused];
      const history: Said[] = [{ choices: new Map(), unticked: new Set() }];
      let at = 0;
      let last = takeIn(
        null,
        whole(workOut(plan, { choices: new Map(), unticked: new Set(), conflicts, refused }, part)),
      );
      for (let step = 0; step < 12; step += 1) {
        // Back and forth in what was said, several things at once, or one more.
        const move = next(6);
        if (move === 0) at = Math.max(0, at - 1 - next(2));
        else if (move === 1) at = Math.min(history.length - 1, at + 1);
        else {
          let said = history[at] ?? { choices: new Map(), unticked: new Set() };
          for (let times = next(6) === 0 ? 1 + next(6) : 1; times > 0; times -= 1)
            said = saySomething(next, plan, said);
          history.length = at + 1;
          history.push(said);
          at += 1;
        }
        const draft: Draft = { ...(history[at] ?? last.draft), conflicts, refused };
        const now = whole(rework(plan, last, draft));
        const about = `seed ${seed}, step ${step} (replay: TALLYBOOK_SEED=${seed} TALLYBOOK_TREES=1)`;
        expect(told(now.settled), about).toEqual(told(settle(plan, draft, part)));
        gone += now.redone?.size ?? plan.rows.length;
        all += plan.rows.length;
        last = takeIn(last, now);
      }
    }
    // Most of a plan is not gone over again, or this would prove nothing.
    if (plans > 100) expect(gone / all).toBeLessThan(0.5);
  },
);
