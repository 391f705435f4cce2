/** Who records something, where and when: goes into every event. `by` is a person's name when permission levels are used, else null. */
export interface Stamp {
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly by: string | null;
}
