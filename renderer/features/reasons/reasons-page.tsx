import { Page } from '../../ui/page.tsx';

export function ReasonsPage() {
  return <Page title="…">…</Page>;
}
