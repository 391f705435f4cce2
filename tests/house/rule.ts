import type { CodeFile, SourceFile } from './source-file.ts';

/** One violation. */
export type Finding = { readonly line: number; readonly message: string };

/** A rule about files of some kind: which paths it is about, and what it finds in one of them. */
type Rule<File> = {
  readonly name: string;
  readonly applies: (path: string) => boolean;
  readonly check: (file: File) => readonly Finding[];
};

/** A rule about any text file. */
export type TextRule = Rule<SourceFile>;

/** A rule about the syntax of code. */
export type CodeRule = Rule<CodeFile>;
