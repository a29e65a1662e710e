import type { Strings } from "../../strings";
import { activity } from "./activity";
import { arrange } from "./arrange";
import { backup } from "./backup";
import { enrol } from "./enrol";
import { list } from "./list";
import { policies } from "./policies";
import { profile } from "./profile";
import { round } from "./round";
import { session } from "./session";
import { settings } from "./settings";

export const chinese: Strings = {
  ...list,
  profile,
  enrol,
  backup,
  settings,
  round,
  session,
  activity,
  arrange,
  policies,
};
