import { Page } from '../../ui/page.tsx';

export function ClassPage() {
  return <Page title="…">…</Page>;
}
