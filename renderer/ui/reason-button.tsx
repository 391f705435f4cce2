import { Button, Tooltip, type ButtonProps } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';

/**
 * A button that says why it cannot be pressed. With a reason it stays within reach of the keyboard and looks and counts as disabled; the reason is its description,
 * and stands beside it while it has the focus or the mouse, or was tapped. A press does nothing else. `title` says what it does as long as it does it.
 */
export function ReasonButton({
  why,
  title,
  className,
  onClick,
  ...props
}: Omit<ButtonProps, 'disabled' | 'loading'> & { readonly why: string | null }) {
  const reason = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState(false);
  const shown = asked && why !== null;
  useEffect(() => {
    if (!shown) return undefined;
    // A finger neither leaves nor, on every system, takes the focus away.
    const onPress = ({ target }: PointerEvent): void => {
      if (!(target instanceof Node) || button.current?.contains(target) !== true) setAsked(false);
    };
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') setAsked(false);
    };
    window.addEventListener('pointerdown', onPress);
    window.addEventListener('keydown', onKey, true);
    return () => {
      window.removeEventListener('pointerdown', onPress);
      window.removeEventListener('keydown', onKey, true);
    };
  }, [shown]);
  if (why === null && asked) setAsked(false);
  return (
    <>
      {/* Beside what it is about, not behind the whole page: there it belongs to the same part of it. */}
      <Tooltip
        open={shown}
        title={why}
        trigger={[]}
        destroyOnHidden
        getPopupContainer={(of) => of.closest<HTMLElement>('#main, [role="dialog"]') ?? document.body}
      >
        <Button
          {...props}
          ref={button}
          className={`${className ?? ''} ${why === null ? '' : 'ant-btn-disabled'}`}
          title={why === null ? title : undefined}
          aria-disabled={why === null ? props['aria-disabled'] : true}
          // While the reason is shown it is its own description.
          aria-describedby={why === null ? props['aria-describedby'] : shown ? undefined : reason}
          onClick={(event) => (why === null ? onClick?.(event) : setAsked(true))}
          onFocus={() => setAsked(true)}
          onBlur={() => setAsked(false)}
          onPointerEnter={({ pointerType }) => {
            if (pointerType === 'mouse') setAsked(true);
          }}
          onPointerLeave={({ pointerType }) => {
            if (pointerType === 'mouse') setAsked(false);
          }}
        />
      </Tooltip>
      {why !== null && (
        <span id={reason} hidden>
          {why}
        </span>
      )}
    </>
  );
}
