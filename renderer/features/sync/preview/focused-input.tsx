import { Input, type InputProps, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';

/** A field that a person just asked for by picking "other": it takes the focus when it appears. */
export function FocusedInput(props: InputProps) {
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus({ preventScroll: true }), []);
  return <Input {...props} ref={input} />;
}
