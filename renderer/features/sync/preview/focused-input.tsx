import { Input, type InputProps, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';

/**
 * A field that a person just asked for by picking "other": it takes the focus when it appears.
 *
 * Not from somebody who goes through the options with the arrow keys: they would be caught in the field and never reach the option after it.
 */
export function FocusedInput(props: InputProps) {
  const input = useRef<InputRef>(null);
  useEffect(() => {
    const byKey = document.activeElement?.matches(':focus-visible') === true;
    if (!byKey) input.current?.focus({ preventScroll: true });
  }, []);
  return <Input {...props} ref={input} />;
}
