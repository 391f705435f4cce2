import { contextBridge, ipcRenderer } from 'electron';
import { lineChannels } from './desktop/line-channels.ts';

/*
 * The only thing the page gets from the desktop: one frozen object with a line to the engine. No channel, no event and no function of
 * Electron reaches the page.
 */

const waiting: string[] = [];
let listener: ((text: string) => void) | undefined;
let closeListener: (() => void) | undefined;
const commands: string[] = [];
let commandListener: ((command: string) => void) | undefined;

ipcRenderer.on(lineChannels.toPage, (_event, text: unknown) => {
  if (typeof text !== 'string') return;
  if (listener === undefined) waiting.push(text);
  else listener(text);
});
ipcRenderer.on(lineChannels.closeAsked, () => {
  ipcRenderer.send(lineChannels.closeHeard);
  closeListener?.();
});
ipcRenderer.on(lineChannels.command, (_event, command: unknown) => {
  if (typeof command !== 'string') return;
  if (commandListener === undefined) commands.push(command);
  else commandListener(command);
});
ipcRenderer.send(lineChannels.open);

contextBridge.exposeInMainWorld(
  'tallybook',
  Object.freeze({
    capabilities: Object.freeze({ shell: 'desktop', osDialogs: false, ownWindow: true }),
    send(text: unknown): void {
      if (typeof text === 'string') ipcRenderer.send(lineChannels.toEngine, text);
    },
    onMessage(newListener: (text: string) => void): void {
      if (typeof newListener !== 'function') return;
      listener = newListener;
      for (const text of waiting.splice(0)) newListener(text);
    },
    onCommand(newListener: (command: string) => void): void {
      if (typeof newListener !== 'function') return;
      commandListener = newListener;
      for (const command of commands.splice(0)) newListener(command);
    },
    onCloseAsked(newListener: () => void): void {
      if (typeof newListener !== 'function') return;
      closeListener = newListener;
      ipcRenderer.send(lineChannels.closeReady);
    },
  }),
);
