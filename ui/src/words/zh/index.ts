import type { Strings } from "../../strings";
import { backup } from "./backup";
import { enrol } from "./enrol";
import { list } from "./list";
import { profile } from "./profile";
import { round } from "./round";
import { settings } from "./settings";

export const chinese: Strings = { ...list, profile, enrol, backup, settings, round };
