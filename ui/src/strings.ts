import { activity } from "./words/en/activity";
import { backup } from "./words/en/backup";
import { enrol } from "./words/en/enrol";
import { list } from "./words/en/list";
import { profile } from "./words/en/profile";
import { round } from "./words/en/round";
import { session } from "./words/en/session";
import { settings } from "./words/en/settings";

/** Every word the window says. A second language is a second object of the same type. */
const english = { ...list, profile, enrol, backup, settings, round, session, activity };

export type Strings = typeof english;

export const strings: Strings = english;
