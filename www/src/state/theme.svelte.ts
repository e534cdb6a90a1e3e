// Light or dark: as the system has it until the visitor chooses.
import { chosenTheme, lightQuery, remember, type ThemeName } from './memory.ts';

export class Theme {
  chosen = $state<ThemeName | null>(null);
  system = $state<ThemeName>('dark');
  readonly name: ThemeName = $derived(this.chosen ?? this.system);

  constructor() {
    this.chosen = chosenTheme();
    const query = matchMedia(lightQuery);
    const follow = () => {
      this.system = query.matches ? 'light' : 'dark';
    };
    follow();
    query.addEventListener('change', follow);
  }

  toggle(): void {
    this.chosen = this.name === 'dark' ? 'light' : 'dark';
    remember('theme', this.chosen);
  }
}
