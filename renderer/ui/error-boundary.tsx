import { Component, type ReactNode } from 'react';
import { AppError } from '../../shared/errors.ts';
import { ErrorNotice } from './error-notice.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly failed: boolean;
}

/** Keeps a page that cannot be drawn from taking the whole window with it: the rail stays, the notice says what to do, trying again draws it anew. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <ErrorNotice error={new AppError('unexpected')} onRetry={() => this.setState({ failed: false })} />;
  }
}
