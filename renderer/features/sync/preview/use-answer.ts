import { useEffect, useRef, useState } from 'react';

/**
 * The answer to a question about a plan or a run, asked anew whenever the question changes, and with the next version of the plan (`now`) where there was none. An earlier
 * answer never overtakes a later one.
 */
export function useAnswer<Answer>(
  planId: string,
  question: string,
  now: number,
  ask: (question: string) => Promise<Answer>,
): Answer | null {
  const [given, setGiven] = useState<{ readonly planId: string; readonly answer: Answer } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const latest = useRef<object | null>(null);
  const asking = useRef(ask);
  const seen = useRef(now);
  const missed = useRef(false);
  useEffect(() => {
    asking.current = ask;
  });
  useEffect(() => {
    seen.current = now;
    if (missed.current) setAttempt((before) => before + 1);
  }, [now]);
  useEffect(() => {
    const turn = { attempt, at: seen.current };
    latest.current = turn;
    missed.current = false;
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
