// The review page: hands each key press to the session, shows what it says, and lets the device and
// the sender do the rest on their own time. Nothing here waits for the network.

import { reportCard } from "./page/card-report.ts";
import * as api from "./review/api.ts";
import { CardView, part } from "./review/cardview.ts";
import { listen } from "./review/controls.ts";
import { Device, rememberAccount, type Keeping } from "./review/device.ts";
import { showEnding, type Why } from "./review/ending.ts";
import { newId } from "./review/ids.ts";
import type { Act } from "./review/keys.ts";
import { Notices } from "./review/notices.ts";
import { keepPictures, registerWorker } from "./review/offline.ts";
import { Progress } from "./review/progress.ts";
import { Session } from "./review/session.ts";
import { Stopwatch } from "./review/stopwatch.ts";
import { Sender, type Outcome } from "./review/sync.ts";
import { Tabs, type News } from "./review/tabs.ts";
import type { Card, Change, Counts, Grade, ReviewData } from "./review/types.ts";

const FEW = 10;
const AT_HAND = 100;
const FETCHED = 50;
const WITHOUT_EFFECT = {
  stale: "That card was answered elsewhere in the meantime; this answer does not count",
  refused: "The server did not accept an answer",
};

class Review {
  readonly #data: ReviewData;
  readonly #device: Keeping;
  readonly #session: Session;
  readonly #sender: Sender;
  readonly #tabs: Tabs;
  readonly #notices: Notices;
  readonly #progress: Progress;
  readonly #view = new CardView();
  readonly #watch = new Stopwatch();
  readonly #openedAt = Date.now();
  #waiting = 0;
  #fetching = false;
  #whole = false;
  #astray = false;
  #endChecked = false;
  #counted: Counts | null = null;

  constructor(data: ReviewData, device: Keeping) {
    this.#data = data;
    this.#device = device;
    this.#progress = new Progress(data.done_today.answers, data.seconds_per_card);
    this.#session = new Session(data.study_day, data.counts);
    this.#notices = new Notices(part("review").dataset.signIn ?? "/");
    this.#tabs = new Tabs(data.user, (news) => this.#hear(news));
    this.#sender = new Sender(device, data.user, data.csrf, {
      onLink: (link) => {
        this.#drawConnection();
        if (link === "clear") void this.#refill();
        else this.#drawEnding();
      },
      onOutcomes: (outcomes) => {
        // The other tabs learn it too: a repeat of the card may be at hand there.
        this.#tabs.tell({ type: "outcomes", outcomes });
        this.#learn(outcomes);
      },
      onReply: (counts, cards) => this.#reply(counts, cards),
      onUndone: (outcome) => this.#learn([outcome]),
      onRefused: (message) => this.#notices.say(message),
      onSent: () => void this.#sent(),
      wanted: () => ({ next: this.#session.atHand < AT_HAND / 4 ? FETCHED / 2 : 0, deck: data.deck }),
    });
  }

  async start(): Promise<void> {
    const kept = await this.#device.load(this.#data.study_day);
    this.#waiting = kept.waiting.length;
    this.#session.restore(kept);
    this.#session.merge(this.#data.cards, false, this.#waiting === 0);
    this.#listen();
    this.#advance();
    document.documentElement.dataset.ready = "yes";
    this.#drawConnection();
    void this.#device.forget(true);
    void this.#device.hold(this.#session.held());
    registerWorker();
    keepPictures(this.#data.cards);
    if (this.#waiting) this.#sender.drain();
    void this.#refill();
  }

  // What the learner does.

  #do(act: Act): void {
    switch (act.act) {
      case "reveal":
        return this.#view.reveal();
      case "grade":
        return this.#grade(act.grade);
      case "undo":
        return this.#undo();
      case "suspend":
        return this.#suspend();
      case "flag":
        return this.#flag();
      case "edit":
        return this.#edit();
      case "report":
        return this.#report();
      case "keys":
        return part<HTMLDialogElement>("keys").showModal();
    }
  }

  /** The whole of a grade: the next card is in the document when this returns. */
  #grade(grade: Grade): void {
    const held = this.#session.current;
    if (!held || !this.#view.revealed) return;
    const begun = performance.now();
    const now = Date.now();
    const duration_ms = this.#watch.read(begun);
    const change = this.#session.answer(grade, newId(), now, duration_ms);
    if (!change) return;
    this.#endChecked = false;
    this.#progress.answered(duration_ms, grade === "again");
    this.#waiting += 1;
    this.#advance();
    this.#commit(change);
    this.#tabs.tell({ type: "moved", card_id: held.card.card_id, version: held.card.version + 1 });
    performance.measure("interviewprep:next-card", { start: begun });
  }

  #undo(): void {
    const step = this.#session.steps.at(-1);
    const change = this.#session.undo();
    if (!change || !step) return void this.#undoElsewhere();
    if (step.kind === "answer") this.#progress.takenBack();
    this.#showCurrent();
    this.#waiting += 1;
    this.#commit(change);
    for (const [card_id, version] of change.versions ?? []) this.#tabs.tell({ type: "moved", card_id, version });
    this.#notices.say(step.kind === "answer" ? "Answer taken back" : "Card taken up again");
  }

  /** This device knows of no more answers today; the server may, from another one. */
  async #undoElsewhere(): Promise<void> {
    const undone = this.#waiting > 0 ? null : await this.#sender.undoNewest();
    if (!undone?.card) return this.#notices.say("Nothing more to take back today");
    this.#progress.takenBack();
    const change = this.#session.takenBack(undone.card);
    this.#showCurrent();
    void this.#device.write(change);
    for (const [card_id, version] of change.versions ?? []) this.#tabs.tell({ type: "moved", card_id, version });
    this.#notices.say("Answer of another device taken back");
  }

  #suspend(): void {
    const change = this.#session.suspend(newId(), Date.now());
    if (!change) return;
    this.#waiting += 1;
    this.#advance();
    this.#commit(change);
    this.#notices.say("Card suspended; undo takes it up again");
  }

  #flag(): void {
    const change = this.#session.flag();
    const card = this.#session.current?.card;
    if (!change || !card) return;
    this.#view.flag(card);
    this.#waiting += 1;
    this.#commit(change);
    this.#notices.say(card.flag ? "Flagged" : "Flag taken off");
  }

  #edit(): void {
    const url = this.#session.current?.card.edit_url;
    if (url) location.assign(url);
  }

  #report(): void {
    const card = this.#session.current?.card;
    if (!card) return;
    if (!card.report_url) return this.#notices.say("Only a card of a built-in deck can be reported");
    const said = this.#view.revealed ? `Answer:\n${part("answer").innerText}` : "";
    const known = `Card number ${card.card_id}\nDeck: ${card.deck.name}\n\nQuestion:\n${part("question").innerText}\n\n${said}`;
    void reportCard(card.report_url, known.trim());
  }

  // What is on screen.

  #advance(): void {
    this.#session.next(Date.now());
    this.#showCurrent();
  }

  #showCurrent(): void {
    const card = this.#session.current?.card;
    part("review").dataset.state = card ? "card" : "end";
    part("card").hidden = !card;
    part("bar-choices").hidden = !card;
    part("done").hidden = Boolean(card);
    if (card) {
      this.#view.show(card);
      this.#watch.start(performance.now());
    } else {
      this.#view.clear();
      this.#drawEnding();
      requestAnimationFrame(() => part("done").focus({ preventScroll: true }));
    }
    this.#drawProgress();
    // After this frame: the faces of what may come next, and more cards if few are left.
    setTimeout(() => {
      this.#view.prepare([...(card ? [card] : []), ...this.#session.preview(2)]);
      if (this.#session.atHand < FEW) void this.#refill();
    });
  }

  #drawProgress(): void {
    const { current, atHand, remaining, steps } = this.#session;
    const finished = !current && !atHand && this.#whole;
    this.#progress.draw(finished ? 0 : remaining, current !== null);
    part<HTMLButtonElement>("undo").disabled = steps.length === 0 && !this.#progress.done;
  }

  #drawEnding(): void {
    if (this.#session.current) return;
    let why: Why = "finished";
    if (this.#sender.link === "signed-out") why = "signed-out";
    else if (this.#sender.link !== "clear" && !this.#whole) why = "no-connection";
    else if (this.#fetching && !this.#whole) why = "fetching";
    showEnding(why, this.#data, this.#session.steps, this.#openedAt);
  }

  #drawConnection(): void {
    this.#notices.connection(this.#sender.link, this.#waiting, this.#device.lasting);
  }

  // What goes out and comes in.

  #commit(change: Change): void {
    this.#drawConnection();
    this.#device.write(change).then(
      () => this.#sender.drain(),
      () => this.#notices.say("This browser could not keep the answer: stay on this page until it is sent"),
    );
  }

  async #countWaiting(): Promise<void> {
    this.#waiting = await this.#device.waiting();
    this.#drawConnection();
  }

  #reply(counts: Counts | undefined, cards: Card[] | undefined): void {
    // The batch just answered is still in the outbox: settled means that nothing came after it.
    if (cards?.length) this.#take(cards, false, false);
    if (counts) this.#counted = counts;
  }

  /** The server's counts hold once nothing is on its way any more. */
  async #sent(): Promise<void> {
    await this.#countWaiting();
    if (this.#waiting > 0) return;
    if (this.#counted) this.#session.recount(this.#counted);
    this.#counted = null;
    this.#drawProgress();
    if (this.#astray || this.#session.atHand < FEW) void this.#refill();
  }

  /** Fetch more cards when few are at hand, or all that is known has been answered. */
  async #refill(): Promise<void> {
    const { atHand, current } = this.#session;
    if (this.#fetching || this.#waiting > 0) return;
    // Where all is known, one more look at the very end is enough.
    const enough = atHand >= AT_HAND / 2 || (this.#whole && (current || this.#endChecked));
    if (enough && !this.#astray) return;
    this.#endChecked = !current;
    this.#fetching = true;
    this.#drawEnding();
    const before = this.#session.steps.length;
    const found = await this.#sender.read(() => api.queue(FETCHED, this.#data.deck));
    this.#fetching = false;
    if (found) {
      const settled = this.#waiting === 0 && this.#session.steps.length === before;
      this.#session.study_day = found.study_day;
      this.#whole = found.cards.length < FETCHED;
      const replaced = settled && this.#whole && this.#session.leaveOnly(found.cards);
      if (settled) this.#session.recount(found.counts);
      // What went astray here may have been answered elsewhere, and more with it: begin afresh.
      this.#take(found.cards, this.#whole || this.#astray, settled);
      if (settled) this.#astray = false;
      if (replaced) this.#advance();
    }
    this.#drawEnding();
    this.#drawProgress();
  }

  #take(cards: Card[], whole: boolean, settled: boolean): void {
    this.#session.merge(cards, whole, settled);
    keepPictures(cards);
    void this.#device.hold(this.#session.held());
    if (!this.#session.current && this.#session.atHand) this.#advance();
    else this.#view.prepare(this.#session.preview(2));
  }

  /** The server's word on answers, of this tab or (quietly) of another. */
  #learn(outcomes: Outcome[], quietly = false): void {
    for (const { id, card_id, status, version, reason } of outcomes) {
      let replaced = false;
      if (status === "stale" || status === "refused") {
        replaced = this.#session.voided(id, card_id, version);
        this.#astray = true;
        if (!quietly) this.#notices.say(reason || WITHOUT_EFFECT[status]);
      } else {
        replaced = this.#session.movedOn(card_id, version);
      }
      if (replaced) this.#advance();
    }
  }

  #hear(news: News): void {
    if (news.type === "outcomes") {
      this.#learn(news.outcomes, true);
      void this.#countWaiting();
    } else if (this.#session.movedOn(news.card_id, news.version)) {
      this.#advance();
      this.#notices.say("That card was answered in another tab");
    } else {
      this.#drawProgress();
    }
  }

  #listen(): void {
    listen({ isRevealed: () => this.#view.revealed, act: (act) => this.#do(act) });
    document.addEventListener("visibilitychange", () => {
      const now = performance.now();
      if (document.hidden) return this.#watch.pause(now);
      this.#watch.resume(now);
      if (this.#waiting || this.#sender.link !== "clear") this.#sender.drain();
    });
    window.addEventListener("online", () => this.#sender.drain());
  }
}

const data = JSON.parse(part("review-data").textContent ?? "") as ReviewData;
rememberAccount(data.user);
void Device.open(data.user).then((device) => new Review(data, device).start());
