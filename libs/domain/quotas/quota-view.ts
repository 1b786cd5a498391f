/** Whose limit it is: an account's, by its name, or a root namespace's, as `owner/name`. */
export interface QuotaSubject {
  readonly type: 'user' | 'team' | 'namespace';
  readonly name: string;
}

/** Null for no limit. */
export interface Limits {
  readonly limitBytes: number | null;
  readonly limitImages: number | null;
}

export interface QuotaView extends QuotaSubject, Limits {
  readonly updatedAt: Date;
}

/** Images, and the bytes of each, whoever else has the same ones. */
export interface Holdings {
  readonly images: number;
  readonly bytes: number;
}

/** What a subject holds, and what pushes under way have reserved for it. */
export interface Standing extends QuotaSubject, Limits {
  readonly usedImages: number;
  readonly usedBytes: number;
  readonly reservedImages: number;
  readonly reservedBytes: number;
}

export interface UsageView extends Standing {
  /** Bytes on disk: what several of its images share counts once. */
  readonly physicalBytes: number;
}

/** What a request names a quota by. */
export type SubjectName =
  | { readonly type: 'account'; readonly name: string }
  | { readonly type: 'namespace'; readonly owner: string; readonly name: string };
