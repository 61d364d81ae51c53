// The one runner of the page. It is made ready while nothing needs it yet.

import { Runner, type Addresses } from "../runner/index.ts";
import { part } from "./dom.ts";

let made: Runner | null = null;

export function theRunner(): Runner {
  made ??= new Runner(part("frames"), JSON.parse(part("mock").dataset.runner ?? "{}") as Addresses);
  return made;
}
