import './zod-jitless.ts';
import '@fontsource-variable/inter/wght.css';
import './base.css';
import './forced-colors.css';
import { createRoot } from 'react-dom/client';
import { languageFor } from '../shared/text/language.ts';
import { createTexts } from '../shared/text/text.ts';
import { onCloseAsked, onShellCommand, openClient } from './api.ts';
import { App } from './app.tsx';
import { provideAskForPin, provideClient } from './client.ts';
import { useApp } from './features/app/app-store.ts';
import { followEngine } from './follow-engine.ts';
import { ignoreHeldPresses } from './ignore-held-presses.ts';
import { keepFocus } from './keep-focus.ts';
import { usePin } from './features/pin/pin-store.ts';
import { statusStore } from './features/app/status-store.ts';
import { useClose } from './shell/close-store.ts';
import { performCommand } from './shell/perform-command.ts';
import { giveStylesTheNonce } from './style-nonce.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
giveStylesTheNonce(nonce);

const client = openClient();
provideClient(client);
provideAskForPin((level) => usePin.getState().ask(level));
followEngine(client);
void useApp.getState().load();
client.onEvent(({ name }) => {
  if (name === 'app.quit') useClose.getState().ended();
});
onCloseAsked(
  () => useClose.getState().step.kind !== 'ended' && (statusStore.use.getState().data?.waiting ?? 0) > 0,
  () => void useClose.getState().ask(),
);
onShellCommand(performCommand);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
keepFocus(root);
ignoreHeldPresses(document);
createRoot(root).render(<App texts={createTexts(languageFor(navigator.languages))} nonce={nonce} />);
