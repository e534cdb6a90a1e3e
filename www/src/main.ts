// The way in: the engine's worker starts loading and the theme is set before the page's own code has arrived.
import { engineSent, startEngine } from './engine/spawn.ts';
import { defaultSeed } from './state/address.ts';
import { firstTheme } from './state/memory.ts';
import './style/tokens.css';
import './style/base.css';

document.documentElement.dataset['theme'] = firstTheme();
// What the page opens without an address; with one, the worker has only compiled.
startEngine(location.hash.length < 2 ? { size: 'small', seed: defaultSeed } : null);
void import('./page.ts').then(async ({ open }) => {
  await engineSent(80);
  open();
});
