import { useEffect, useRef, useState } from 'react';

/**
 * The answer to a question about a plan or a run, asked anew whenever the question changes, and with the next version of the plan (`now`) where there was none. An earlier
 * answer never overtakes a later one. `brought`: the answer to this question where it came along with something else; then nothing is asked.
 */
export function useAnswer<Answer>(
  planId: string,
  question: string,
  now: number,
  ask: (question: string) => Promise<Answer>,
  brought: Answer | null = null,
): Answer | null {
  const [given, setGiven] = useState<{ readonly planId: string; readonly answer: Answer } | null>(null);
  const [attempt, setAttempt] = useState(0);
  // At once, and not a drawing later: what it came along with is drawn now.
  if (brought !== null && given?.answer !== brought) setGiven({ planId, answer: brought });
  const isBrought = useRef(false);
  const latest = useRef<object | null>(null);
  const asking = useRef(ask);
  const seen = useRef(now);
  const missed = useRef(false);
  useEffect(() => {
    asking.current = ask;
    isBrought.current = brought !== null;
  });
  useEffect(() => {
    seen.current = now;
    if (missed.current) setAttempt((before) => before + 1);
  }, [now]);
  useEffect(() => {
    const turn = { attempt, at: seen.current };
    latest.current = turn;
    missed.current = false;
    if (isBrought.current) return;
    asking.current(question).then(
      (answer) => {
        if (turn === latest.current) setGiven({ planId, answer });
      },
      // The plan is gone: whoever shows it learns that by itself and comes back with another one. Or the line broke: the plan is read again when it is back.
      () => {
        if (turn !== latest.current) return;
        if (turn.at === seen.current) missed.current = true;
        else setAttempt((before) => before + 1);
      },
    );
  }, [planId, question, attempt]);
  return given?.planId === planId ? given.answer : null;
}
