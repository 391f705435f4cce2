import { canonicalId } from '../../../shared/model/ids.ts';
import { useRoute } from '../../router.ts';
import { BinPage } from './bin-page.tsx';
import { CodePage } from './code-page.tsx';
import { Overview } from './overview.tsx';
import { PreparePage } from './prepare-page.tsx';
import { PreviewPage } from './preview/preview-page.tsx';
import { RunPage } from './run-page.tsx';
import { ServerPage } from './server-page.tsx';

/** Everything about sharing a class, by the second step of the address. */
export function SyncPage() {
  const { path } = useRoute();
  const [, part = '', given] = path;
  const id = given === undefined ? undefined : canonicalId(given);
  switch (part) {
    case 'bin':
      return <BinPage />;
    case 'code':
      return <CodePage />;
    case 'server':
      return <ServerPage key={id ?? 'new'} connectionId={id ?? null} />;
    case 'prepare':
      return id === undefined ? <Overview /> : <PreparePage key={id} connectionId={id} />;
    case 'preview':
      return id === undefined ? <Overview /> : <PreviewPage key={id} connectionId={id} />;
    case 'run':
      return id === undefined ? <Overview /> : <RunPage key={id} runId={id} />;
    default:
      return <Overview />;
  }
}
