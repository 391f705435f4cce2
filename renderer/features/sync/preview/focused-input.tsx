import { Input, type InputProps, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';

/**
 * A field that a person just asked for by picking "other": it takes the focus when it appears.
 *
 * Not from somebody who goes through the options with the arrow keys: they would be caught in the field and never reach the option after it.
 */
export function FocusedInput({
  wrong,
  ...props
}: InputProps & { /** What is typed cannot be used: it takes the focus again. */ readonly wrong: boolean }) {
  const input = useRef<InputRef>(null);
  useEffect(() => {
    const byKey = document.activeElement?.matches(':focus-visible') === true;
    // What stands there already is what is to be replaced.
    if (!byKey) input.current?.focus({ preventScroll: true, cursor: 'all' });
  }, []);
  useEffect(() => {
    if (wrong) input.current?.focus({ cursor: 'all' });
  }, [wrong]);
  return <Input {...props} ref={input} aria-invalid={wrong} />;
}
