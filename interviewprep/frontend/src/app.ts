// What every page has. Each module finds its own places by data- attribute and does nothing without.

import { offerCardReports } from "./page/card-report.ts";
import { askBeforeSubmitting } from "./page/confirm.ts";
import { offerCopies } from "./page/copy.ts";
import { acceptDrops } from "./page/drop.ts";
import { filterLists } from "./page/filter.ts";
import { followImport } from "./page/import-progress.ts";
import { sendLeftovers } from "./page/leftovers.ts";
import { closeMenus } from "./page/menu.ts";
import { previewForms } from "./page/preview.ts";
import { offerPush } from "./page/push.ts";
import { tightenRoots } from "./page/roots.ts";
import { forgetWhenSignedOut, guardSignOut } from "./page/sign-out.ts";
import { countSpokenWords } from "./page/spoken.ts";
import { offerThemes } from "./page/theme-choice.ts";
import { fillTimeZone } from "./page/time-zone.ts";

tightenRoots(document);
offerThemes();
closeMenus();
fillTimeZone();
askBeforeSubmitting();
acceptDrops();
followImport();
previewForms();
filterLists();
countSpokenWords();
offerCopies();
offerCardReports();
offerPush();
guardSignOut();
forgetWhenSignedOut();
void sendLeftovers();
