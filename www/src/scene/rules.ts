// The rule catalogue by family, in the order in which the engine lists its rules.
import type { RuleCard } from '../engine/types.gen.ts';

export function byFamily(rules: RuleCard[]): { family: string; rules: RuleCard[] }[] {
  const families = new Map<string, RuleCard[]>();
  for (const rule of rules) {
    const known = families.get(rule.family);
    if (known) known.push(rule);
    else families.set(rule.family, [rule]);
  }
  return [...families].map(([family, members]) => ({ family, rules: members }));
}
