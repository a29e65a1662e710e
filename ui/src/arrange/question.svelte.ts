/** Which question of a card is open: one at a time is. */
export class Question {
  open = $state<string | null>(null);

  readonly opened = (label: string | null) => {
    this.open = label;
  };

  /** Closes an open question; false where there is none. */
  readonly back = (): boolean => {
    const was = this.open !== null;
    this.open = null;
    return was;
  };
}
