// What a panel is, and what the session lends it.

import type { Manner, RoundText, Saving } from "./text.ts";
import type { Answered } from "./server.ts";
import type { Item, SessionData, State } from "./types.ts";

export interface Panel {
  readonly element: HTMLElement;
  /** Show this state; `item` is the prompt that the stage is about. Called often, so it compares. */
  update(state: State, item: Item): void;
  /** Called every second, and with every state. */
  tick?(): void;
  /** The keys of the page that concern this panel; true where it had a use for one. */
  hint?(): boolean;
  reveal?(): boolean;
  grade?(grade: string): boolean;
  focus?(): void;
  /** The panel goes out of sight: what goes on in it ends, and is kept when the promise ends. */
  leave?(): Promise<void>;
}

export interface Context {
  readonly data: SessionData;
  readonly state: State;
  /** The share of the round's planned time that has passed. */
  readonly share: number;
  readonly nonce: string;
  /** Do something on the server and show the new state; null where it failed, which is said. */
  act(path: string, body?: object): Promise<Answered | null>;
  /** As `act`, but rejects where it failed. */
  tryAct(path: string, body?: object): Promise<Answered>;
  /** The text of that name, the same one for the whole page. */
  text(name: string, manner?: Manner): RoundText;
  /** Hear of changes by another window, and of how the text is kept. */
  onText(name: string, hear: { replaced(text: string, before: string): void; saving(saving: Saving): void }): void;
  announce(message: string): void;
}

/** The name of a text of one prompt: those after the first carry its number. */
export function nameFor(name: string, item: Item): string {
  return item.position ? `${name}-${item.position}` : name;
}
