import type { Profile } from "./api/types";
import { groupAccount } from "./identity";
import { strings } from "./strings";

/** One line of the list: a heading or a profile. */
export type Entry =
  | { kind: "heading"; key: string; text: string }
  | { kind: "profile"; key: string; profile: Profile; position: number };

/** Whether every word of the query is somewhere in what the row shows. */
export function matches(profile: Profile, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { name, user, account, role, region } = profile;
  const text = [name, user, account, account && groupAccount(account), role, region].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Favourites first, then the rest, each in the host's order; headings only where there are favourites. */
export function listing(profiles: readonly Profile[], query: string): Entry[] {
  const found = profiles.filter((profile) => matches(profile, query));
  const favourites = found.filter((profile) => profile.favourite);
  const others = found.filter((profile) => !profile.favourite);
  let position = 0;
  const rows = (group: Profile[]): Entry[] =>
    group.map((profile) => {
      position += 1;
      return { kind: "profile", key: `profile ${profile.name}`, profile, position };
    });
  if (favourites.length === 0) return rows(others);
  const entries: Entry[] = [
    { kind: "heading", key: "favourites", text: strings.favourites },
    ...rows(favourites),
  ];
  if (others.length > 0)
    entries.push({ kind: "heading", key: "others", text: strings.allProfiles }, ...rows(others));
  return entries;
}
