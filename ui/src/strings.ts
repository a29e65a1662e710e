import { backup } from "./words/en/backup";
import { enrol } from "./words/en/enrol";
import { list } from "./words/en/list";
import { profile } from "./words/en/profile";

/** Every word the window says. A second language is a second object of the same type. */
const english = { ...list, profile, enrol, backup };

export type Strings = typeof english;

export const strings: Strings = english;
