import type { MouseEvent } from 'react';

/**
 * The first click may bring another button to the place it was made at, such as the next question, the cancel of what it began, or the list that follows: the second
 * half of a double click must not press that one. For `onClickCapture` of what holds the buttons.
 */
export function stopSecondClick(event: MouseEvent): void {
  if (event.detail < 2 || !(event.target instanceof Element) || event.target.closest('button') === null) return;
  event.preventDefault();
  event.stopPropagation();
}
