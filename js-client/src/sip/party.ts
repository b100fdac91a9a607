// SPDX-License-Identifier: Apache-2.0

/** The other side of a call or message. */
export interface Party {
  readonly uri: string;
  /** User part or number. */
  readonly user: string;
  readonly displayName: string | undefined;
}

interface NameAddr {
  readonly uri: { toString(): string };
  readonly display_name: string;
}

/** The network's assertion counts before what the caller writes about itself (RFC 3325). */
export function partyOf(from: NameAddr, asserted?: string): Party {
  const identity = asserted ? parseNameAddr(asserted) : undefined;
  const uri = identity?.uri ?? from.uri.toString();
  return { uri, user: userOf(uri), displayName: (identity?.name ?? from.display_name) || undefined };
}

export function partyOfUri(uri: string): Party {
  return { uri, user: userOf(uri), displayName: undefined };
}

function parseNameAddr(text: string): { uri: string; name: string | undefined } | undefined {
  const match = /^\s*(?:"([^"]*)"|([^<"]*?))\s*<([^>]+)>/.exec(text);
  return match?.[3] ? { uri: match[3], name: match[1] || match[2] || undefined } : undefined;
}

function userOf(uri: string): string {
  const user = /^(?:sips?|tel):([^@;]+)/i.exec(uri)?.[1];
  try {
    return user ? decodeURIComponent(user) : uri;
  } catch {
    return user ?? uri;
  }
}
