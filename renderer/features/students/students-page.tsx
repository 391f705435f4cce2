import { Page } from '../../ui/page.tsx';

export function StudentsPage() {
  return <Page title="…">…</Page>;
}
