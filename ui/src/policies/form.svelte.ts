import type { AccountWish, PolicySetting } from "../api/types";
import { hasSessions } from "../identity";
import type { Panel } from "../panel.svelte";

/** What the page has been told so far: whose account, which groups, with what chosen, and who shall be in them. */
export class Form {
  admin = $state("");
  groups = $state.raw<string[]>([]);
  settings = $state.raw<PolicySetting[]>([]);
  members = $state.raw<string[]>([]);
  managed = $state(false);
  newUser = $state("");
  withKey = $state(true);

  readonly #panel: Panel;

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  /** The profiles with which an account can be asked. */
  get profiles(): string[] {
    return (this.#panel.snapshot?.profiles ?? []).filter(hasSessions).map((each) => each.name);
  }

  /** The administrator's, until another is chosen the first. */
  get profile(): string | null {
    return this.admin || (this.profiles[0] ?? null);
  }

  value(name: string, usual: string): string {
    return this.settings.find((each) => each.name === name)?.value ?? usual;
  }

  set(name: string, value: string) {
    this.settings = [...this.settings.filter((each) => each.name !== name), { name, value }];
  }

  choose(group: string, on: boolean) {
    this.groups = toggled(this.groups, group, on);
  }

  include(user: string, on: boolean) {
    this.members = toggled(this.members, user, on);
  }

  wish(): AccountWish {
    return {
      groups: this.groups,
      settings: this.settings,
      managed: this.managed,
      members: this.members,
      new_user: this.newUser.trim(),
      with_key: this.withKey && this.newUser.trim() !== "",
    };
  }
}

const toggled = (all: string[], one: string, on: boolean) => [
  ...all.filter((each) => each !== one),
  ...(on ? [one] : []),
];
