import type { Language } from '../../shared/text/language.ts';
import { clientOf } from './host-client.ts';
import type { EngineHost } from './host.ts';

/** The first start names the device; afterwards its name is the person's. A language that is asked for is kept. */
export async function nameDevice(
  engine: EngineHost,
  { device, lang }: { readonly device?: string | undefined; readonly lang?: Language | undefined },
): Promise<void> {
  if (device === undefined && lang === undefined) return;
  const client = clientOf(engine);
  try {
    const state = await client.call('app.state', {});
    if (device !== undefined && state.device.name === null) await client.call('app.setDevice', { name: device });
    if (lang !== undefined && state.language !== lang) await client.call('app.setLanguage', { language: lang });
  } finally {
    client.close();
  }
}
