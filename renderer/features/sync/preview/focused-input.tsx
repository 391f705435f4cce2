import { Input, type InputProps, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';

/**
 * A field that a person just asked for by picking "other": it takes the focus when it appears.
 *
 * Not from somebody who goes through the options with the arrow keys: they would be caught in the field and never reach the option after it. Nor from the list, where
 * an undo or a step to another row brings back what was typed before: the next Ctrl+Z would be the field's.
 */
export function FocusedInput({
  wrong,
  invalid = false,
  onUse,
  ...props
}: InputProps & {
  /** What was typed was refused: it takes the focus again. */
  readonly wrong: boolean;
  /** What is being typed cannot be used; whoever types goes on. */
  readonly invalid?: boolean;
  /** Uses what is typed, for Enter; null while it cannot be used. */
  readonly onUse: (() => void) | null;
}) {
  const input = useRef<InputRef>(null);
  useEffect(() => {
    const picked = document.activeElement?.matches('input[type="radio"]:not(:focus-visible)') === true;
    // What stands there already is what is to be replaced.
    if (picked) input.current?.focus({ preventScroll: true, cursor: 'all' });
    // In a low window it opens below the options that are in sight.
    input.current?.input?.scrollIntoView({ block: 'nearest' });
  }, []);
  useEffect(() => {
    if (wrong) input.current?.focus({ cursor: 'all' });
  }, [wrong]);
  return (
    <Input
      {...props}
      ref={input}
      aria-invalid={wrong || invalid}
      onPressEnter={(event) => {
        // Enter also ends a word of an input method.
        if (!event.nativeEvent.isComposing) onUse?.();
      }}
    />
  );
}
