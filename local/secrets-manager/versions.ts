import { randomUUID } from 'node:crypto';

export interface Version {
  readonly id: string;
  readonly value: string;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** One secret: its versions, and the staging labels, each of which is on one version at the most. */
export interface Versions {
  readonly createdAt: number;
  at(label: string): Version | undefined;
  /** Every version that has a label, with its labels. */
  labels(): Readonly<Record<string, readonly string[]>>;
  /**
   * Adds a version, or finds the one that was added under the same id.
   * @param to what comes with it: the id it is to have, and labels in place of AWSCURRENT
   * @throws Refused when that one has another value
   */
  put(
    value: string,
    to?: { readonly id?: string | undefined; readonly labels?: readonly string[] | undefined },
  ): Version;
  /**
   * Moves a label, if it is where the caller believes it to be.
   * @throws Refused when it is not
   */
  move(label: string, move: { readonly from?: string | undefined; readonly to?: string | undefined }): void;
}

/** What Secrets Manager would refuse. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** The error's name, as AWS gives it. */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

export function createVersions(): Versions {
  const versions = new Map<string, Version>();
  /** Label to id. */
  const labelled = new Map<string, string>();

  function attach(label: string, id: string): void {
    const replaced = labelled.get(label);
    labelled.set(label, id);
    if (label === CURRENT && replaced !== undefined && replaced !== id) labelled.set(PREVIOUS, replaced);
  }

  return {
    createdAt: Date.now() / 1000,
    at: (label) => versions.get(labelled.get(label) ?? ''),
    labels() {
      const byVersion: Record<string, string[]> = {};
      for (const [label, id] of labelled) byVersion[id] = [...(byVersion[id] ?? []), label];
      return byVersion;
    },
    put(value, { id = randomUUID(), labels = [CURRENT] } = {}) {
      const known = versions.get(id);
      if (known !== undefined && known.value !== value) {
        throw new Refused('ResourceExistsException', `version ${id} has another value`);
      }
      if (known !== undefined) return known;
      const version = { id, value, createdAt: Date.now() / 1000 };
      versions.set(id, version);
      // The first one is the current one, whatever else it is.
      for (const label of labelled.has(CURRENT) ? labels : [...labels, CURRENT]) attach(label, id);
      return version;
    },
    move(label, { from, to }) {
      const holder = labelled.get(label);
      if (to !== undefined && !versions.has(to)) throw misplaced(`there is no version ${to}`);
      if (holder !== from) throw misplaced(`${label} is attached to version ${holder}`);
      if (to === undefined) labelled.delete(label);
      else attach(label, to);
    },
  };
}

function misplaced(message: string): Refused {
  return new Refused('InvalidParameterException', message);
}
