/** One line of /etc/passwd, and of /etc/shadow where that may be read. */
export interface User {
  readonly name: string;
  /** undefined: it will be chosen when the user is really created. */
  readonly uid: number | undefined;
  /** undefined: as for `uid`, when the user's group is created with it. */
  readonly gid: number | undefined;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** null: not readable for this identity, or a user of a directory service. */
  readonly shadow: Shadow | null;
}

/** Days where a number is a time; undefined: the field is empty. */
export interface Shadow {
  /** The hash as it stands, with "!" in front when locked. */
  readonly password: string;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly warn: number | undefined;
  /** Days after the password's expiry until the account is locked. */
  readonly inactive: number | undefined;
  /** The account's last day, counted from 1970-01-01. */
  readonly expires: number | undefined;
}

export interface Group {
  readonly name: string;
  /** undefined: it will be chosen when the group is really created. */
  readonly gid: number | undefined;
  /** Users that have it as a supplementary group. */
  readonly members: readonly string[];
}

/** What a host gives to new accounts, from login.defs and /etc/default/useradd. */
export interface AccountSettings {
  readonly uid: IdRange;
  readonly systemUid: IdRange;
  readonly gid: IdRange;
  readonly systemGid: IdRange;
  /** A user gets a group of its own name. */
  readonly userGroups: boolean;
  /** The group of new users where they get none of their own: a name or number. */
  readonly defaultGroup: string;
  readonly homeBase: string;
  readonly shell: string;
  /** Octal digits; undefined where the host leaves it to useradd. */
  readonly umask: string | undefined;
  readonly homeMode: string | undefined;
  /** Where users come from besides the local files, as nsswitch.conf names it: `systemd`, `sss`. */
  readonly userSources: readonly string[];
  readonly groupSources: readonly string[];
  readonly tools: ReadonlySet<string>;
}

export interface IdRange {
  readonly from: number;
  readonly to: number;
}

/** The local account tables; never changed, a change makes new ones. */
export class Accounts {
  readonly #users: ReadonlyMap<string, User>;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly settings: AccountSettings;
  /** Removed by a task of this check run: no directory service is asked for them. */
  readonly removedUsers: ReadonlySet<string>;
  readonly removedGroups: ReadonlySet<string>;

  constructor(
    users: ReadonlyMap<string, User>,
    groups: ReadonlyMap<string, Group>,
    settings: AccountSettings,
    removedUsers: ReadonlySet<string> = new Set(),
    removedGroups: ReadonlySet<string> = new Set(),
  ) {
    this.#users = users;
    this.#groups = groups;
    this.settings = settings;
    this.removedUsers = removedUsers;
    this.removedGroups = removedGroups;
  }

  get users(): Iterable<User> {
    return this.#users.values();
  }

  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  user(name: string): User | null {
    return this.#users.get(name) ?? null;
  }

  group(name: string): Group | null {
    return this.#groups.get(name) ?? null;
  }

  /** The first in the file, as the system's own lookup finds it. */
  userById(uid: number): User | null {
    for (const user of this.#users.values()) if (user.uid === uid) return user;
    return null;
  }

  groupById(gid: number): Group | null {
    for (const group of this.#groups.values()) if (group.gid === gid) return group;
    return null;
  }

  /** Names of the supplementary groups, sorted. */
  groupsOf(user: string): string[] {
    return [...this.#groups.values()]
      .filter(group => group.members.includes(user))
      .map(group => group.name)
      .sort();
  }

  withUser(user: User): Accounts {
    return this.#changed({ users: new Map(this.#users).set(user.name, user) });
  }

  withGroup(group: Group): Accounts {
    return this.#changed({ groups: new Map(this.#groups).set(group.name, group) });
  }

  withoutGroup(name: string): Accounts {
    const groups = new Map(this.#groups);
    groups.delete(name);
    return this.#changed({ groups, removedGroups: new Set(this.removedGroups).add(name) });
  }

  /** Also without its memberships. */
  withoutUser(name: string): Accounts {
    const users = new Map(this.#users);
    users.delete(name);
    return this.#changed({ users, removedUsers: new Set(this.removedUsers).add(name) }).withMemberships(
      name,
      [],
    );
  }

  /** With exactly these supplementary groups for the user; unknown names are left out. */
  withMemberships(user: string, groups: readonly string[]): Accounts {
    const changed = new Map(this.#groups);
    for (const group of this.#groups.values()) {
      const others = group.members.filter(member => member !== user);
      const members = groups.includes(group.name) ? [...others, user] : others;
      if (members.length !== group.members.length) changed.set(group.name, { ...group, members });
    }
    return this.#changed({ groups: changed });
  }

  #changed(parts: {
    users?: ReadonlyMap<string, User>;
    groups?: ReadonlyMap<string, Group>;
    removedUsers?: ReadonlySet<string>;
    removedGroups?: ReadonlySet<string>;
  }): Accounts {
    return new Accounts(
      parts.users ?? this.#users,
      parts.groups ?? this.#groups,
      this.settings,
      parts.removedUsers ?? this.removedUsers,
      parts.removedGroups ?? this.removedGroups,
    );
  }
}
