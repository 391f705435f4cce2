import { expect, test } from 'vitest';
import { ErrorNotice } from './error-notice.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

test('a page that cannot be drawn is replaced by a notice that offers to draw it again', () => {
  const boundary = new ErrorBoundary({ children: 'page' });
  expect(boundary.render()).toBe('page');
  boundary.state = ErrorBoundary.getDerivedStateFromError();
  expect(boundary.render()).toMatchObject({ type: ErrorNotice, props: { error: { code: 'unexpected' } } });
});
