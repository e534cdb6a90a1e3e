import { mount } from 'svelte';
import App from './App.svelte';

/** Puts the page into the document. */
export function open(): void {
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}
