const QUARTER = 15 * 60;
const HOUR = 60 * 60;

/** The steps between lengths: small where a session is short. Each holds up to its limit. */
const GRAINS = [
  { until: HOUR, step: QUARTER },
  { until: 4 * HOUR, step: 2 * QUARTER },
  { until: 12 * HOUR, step: HOUR },
  { until: Number.POSITIVE_INFINITY, step: 3 * HOUR },
];

/** The lengths to choose from in seconds: both ends, the one in force, and round ones between them. */
export function lengths(shortest: number, longest: number, current: number): number[] {
  const all = new Set([shortest, longest, current]);
  for (let at = 0; at < longest; ) {
    const grain = GRAINS.find(({ until }) => at < until);
    at += grain?.step ?? HOUR;
    if (at > shortest && at < longest) all.add(at);
  }
  return [...all].sort((one, other) => one - other);
}
