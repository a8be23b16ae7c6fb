import type { Outgoing } from './device.ts';

interface Question {
  readonly key: string;
  readonly message: Outgoing;
  resendsLeft: number;
  nextMs: number;
}

/** What a board has said and wants answered: it says it again at an interval, a limited number of times. */
export class Asking {
  readonly #intervalMs: number;
  #questions: Question[] = [];
  readonly #dropped: string[] = [];

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  get open(): number {
    return this.#questions.length;
  }

  get questions(): readonly { readonly key: string; readonly message: Outgoing }[] {
    return this.#questions;
  }

  /** Keys of what was never answered. */
  get dropped(): readonly string[] {
    return this.#dropped;
  }

  waits(key: string): boolean {
    return this.#questions.some((question) => question.key === key);
  }

  ask(key: string, message: Outgoing, resends: number, nowMs: number): Outgoing[] {
    this.answered(key);
    this.#questions.push({ key, message, resendsLeft: resends, nextMs: nowMs + this.#intervalMs });
    return [message];
  }

  answered(key: string): void {
    this.#questions = this.#questions.filter((question) => question.key !== key);
  }

  /** What is due to be said again; before the login is answered, only the login. */
  again(nowMs: number, loggedIn: boolean): Outgoing[] {
    const due = this.#questions.filter(
      (question) => nowMs >= question.nextMs && (loggedIn || question.key === 'login'),
    );
    for (const question of due) {
      question.resendsLeft -= 1;
      question.nextMs = nowMs + this.#intervalMs;
      if (question.resendsLeft >= 0) continue;
      this.answered(question.key);
      this.#dropped.push(question.key);
    }
    return due.filter((question) => question.resendsLeft >= 0).map((question) => question.message);
  }

  /** After a login everything unanswered is said once more, oldest first. */
  resume(nowMs: number): Outgoing[] {
    for (const question of this.#questions) question.nextMs = nowMs + this.#intervalMs;
    return this.#questions.map((question) => question.message);
  }
}
