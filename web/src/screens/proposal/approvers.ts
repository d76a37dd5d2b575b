/**
 * Who has approved a plan and who may still, by name as far as whoever looks may know.
 *
 * In: ids of the API, what is known of people, the household's owner. Out: words. Invariants: nobody is named who is not known; who has approved is not
 * among those who may still.
 */
import { nameOfPerson, type Known } from "../../api/people";
import { several } from "../../text/figures";

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });
const choice = new Intl.ListFormat("en-GB", { type: "disjunction" });

/** A person as the API names them. */
interface Named {
    readonly id: string;
    readonly name: string;
}

/** `you, bob and 2 other people`; `told` are those whom the API names beside the ids. */
export function inNames(ids: readonly string[], known: Known, told: readonly Named[] = []): string {
    const nameOf = (id: string) => told.find((each) => each.id === id)?.name ?? nameOfPerson(id, known);
    const unnamed = ids.filter((id) => nameOf(id) === null).length;
    const isMine = known.me !== null && ids.includes(known.me.person);
    const names = ids.filter((id) => id !== known.me?.person).flatMap((id) => nameOf(id) ?? []);
    const others =
        unnamed === 0
            ? []
            : [isMine || names.length > 0 ? several(unnamed, "other person", "other people") : people(unnamed)];
    return list.format([...(isMine ? ["you"] : []), ...names.sort(), ...others]);
}

const people = (count: number) => several(count, "person", "people");

/** Roles that approve. */
const MAY = new Set(["investor", "approver"]);

/** Those whom the API names as who may still approve, without whoever looks: `bob or cleo`; nothing where there is nobody. */
export function othersOf(may: readonly Named[], { me }: Known): string {
    return choice.format(
        may
            .filter(({ id }) => id !== me?.person)
            .map(({ name }) => name)
            .sort(),
    );
}

/** Who may still approve, as far as it is known: `bob or cleo`; nothing where nobody is known. */
export function whoMayStill(
    given: {
        readonly household: string;
        /** The name of its owner, who may as well. */
        readonly owner: string | null;
        readonly approvedBy: readonly string[];
        readonly now: number;
    },
    known: Known,
): string {
    const { household, owner, approvedBy, now } = given;
    const may = known.grants.filter(
        (grant) =>
            MAY.has(grant.role) &&
            (!grant.household || grant.household === household) &&
            (!grant.until || Date.parse(grant.until) > now) &&
            !approvedBy.includes(grant.person) &&
            grant.person !== known.me?.person,
    );
    // Somebody whose name is not known has approved: that may have been the owner.
    const approved = approvedBy.map((id) => nameOfPerson(id, known));
    const isOwnerLeft =
        owner !== null && owner !== known.me?.name && ![owner, null].some((name) => approved.includes(name));
    const names = new Set([...may.map((grant) => grant.name), ...(isOwnerLeft ? [owner] : [])]);
    return choice.format([...names].filter((name) => name !== "").sort());
}
