// The values of the review page. Names and shapes on the wire are those of the HTTP API.

export type Grade = "again" | "hard" | "good" | "easy";
export const GRADES: readonly Grade[] = ["again", "hard", "good", "easy"];

export interface Outcome {
  due_at: string;
  due_day: string | null;
  label: string;
  /** An instant if this grade brings the card back today, null if not; servers may leave it out. */
  repeat_at?: string | null;
}

export type Outcomes = Record<Grade, Outcome>;

export interface Card {
  card_id: number;
  version: number;
  deck: { id: number; name: string };
  kind: string;
  tags: string[];
  front_html: string;
  back_html: string;
  hint_html: string;
  note_html: string;
  outcomes: Outcomes;
  replaces_front: boolean;
  typed_answer: string;
  typed: boolean;
  note_id: number;
  flag: number;
  edit_url: string;
  /** Where the text to report the card with is; empty for a card of no built-in deck. */
  report_url?: string;
  /** What its deck changed since the last answer: the earlier answer, empty if that reads the same. */
  change?: { earlier_html: string } | null;
  /** When a card answered before today comes back, an instant; null for any other. */
  repeat_at?: string | null;
}

export interface Counts {
  new: number;
  learning: number;
  due: number;
}

/** What templates/review.html embeds. */
export interface ReviewData {
  user: string;
  study_day: string;
  counts: Counts;
  cards: Card[];
  done_today: { answers: number; seconds: number };
  seconds_per_card: number;
  deck: number | null;
  deck_name: string;
  tomorrow: number;
  csrf: string;
}

export interface Queue {
  study_day: string;
  counts: Counts;
  cards: Card[];
}

export interface Answer {
  id: string;
  card_id: number;
  version: number;
  grade: Grade;
  answered_at: string;
  duration_ms: number;
  promised_due_day: string | null;
}

export interface Result {
  id: string;
  status: "stored" | "repeated" | "stale" | "refused";
  version: number;
  due_at: string | null;
  reason?: string | null;
}

export interface UndoResult {
  id: string;
  status: string;
  version: number;
  due_at: string | null;
  counts?: Counts;
  card?: Card | null;
  reason?: string | null;
}

/** Something that still has to reach the server, in the order it was done. */
export type Outgoing =
  | { kind: "answer"; card_id: number; answer: Answer }
  | { kind: "undo"; card_id: number; id: string }
  | { kind: "mark"; card_id: number; mark: { suspended: boolean } | { flag: number } };

export type Waiting = Outgoing & { seq: number };

/** A card at hand: to come, or (with `returns_at`, an instant in ms) to come back today. */
export interface Held {
  card: Card;
  returns_at: number | null;
}

/** One thing done today that can be taken back. */
export interface Step {
  id: string;
  kind: "answer" | "suspend";
  study_day: string;
  held: Held;
  siblings: Card[];
  grade: Grade | null;
  due_day: string | null;
  repeats: boolean;
  duration_ms: number;
  at: number;
}

/** What one act changes on the device; written in one transaction. */
export interface Change {
  send?: Outgoing[];
  keep?: Held[];
  drop?: number[];
  versions?: [card_id: number, version: number][];
  did?: Step;
  undid?: string;
}

/** What the device knew when the page was opened. */
export interface Kept {
  held: Held[];
  versions: Map<number, number>;
  steps: Step[];
  waiting: Waiting[];
}
