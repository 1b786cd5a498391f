/** Runs programs, confined, with a finished root filesystem. */
export interface RootFilesystem {
  /**
   * Runs `command` with the tree's root as its working directory; `/work/…` are the files of `dir`. Resolves to its
   * standard output (at most 1 MiB). Rejects with SandboxedProgramError & co. (libs/platform/sandbox)
   */
  run(command: string, args: readonly string[], options?: { readonly stdin?: string }): Promise<string>;
  /** The attempt's folder as we see it; the program sees it as `/work`. */
  readonly dir: string;
}
