/**
 * What keeps a draft from being saved, at the field where it is.
 *
 * In: what is wanted, or the refusal of the server. Out: faults with the field that they belong to. Invariant: every line of a refusal is told, at
 * a field or at the top.
 */
import type { Problem } from "../../api/client";
import { compared, difference, isNegative, percent, size } from "../../text/figures";
import { fieldId } from "./changes";
import { ALL_FIELDS, fieldFault } from "./document-fields";
import { conflicts, faultOf, nameOf, settingsOf, slotsOf } from "./tokens";
import { fraction, isWhole, total, totalOfSecurities, type Entry, type Wanted } from "./wanted";

export interface Fault {
    /** The id of the field; nothing where it belongs to no field of the page. */
    readonly field: string | null;
    readonly name: string;
    readonly message: string;
}

/** `98.5%: 1.5 left`, `101%: 1 too much`, or `100.0%`. */
export function sumInWords(parts: string): string {
    if (isWhole(parts)) return "100.0%";
    const rest = difference("1", parts);
    const digits = (value: string) => percent(value, 2).replace(/0%$/, "%");
    const pure = digits(size(rest)).replace("%", "");
    return `${digits(parts)}: ${pure} ${isNegative(rest) ? "too much" : "left"}`;
}

export const SUM_FIELD = fieldId("sum|targets");
export const SECURITY_SUM_FIELD = fieldId("sum|securities");

/** What is wrong with a draft as far as the page can tell. */
export function faultsOf(wanted: Wanted): readonly Fault[] {
    const faults: Fault[] = [];
    const check = (key: string, name: string, entry: Entry, most: string) => {
        const part = fraction(entry);
        if (part !== null && (entry.typed === null || compared(part, most) <= 0)) return;
        const limit = percent(most, 0);
        faults.push({ field: fieldId(key), name, message: `Give a percentage from 0 to ${limit}, such as 12.5.` });
    };
    for (const entry of wanted.targets) check(`target|${entry.name}`, `Target of ${entry.name}`, entry, "1");
    for (const entry of wanted.securities ?? []) check(`security|${entry.name}`, `Target of ${entry.name}`, entry, "1");
    for (const [name, band] of Object.entries(wanted.bands)) {
        check(`band|${name}|absolute`, `Band of ${name}`, band.absolute, "1");
        check(`band|${name}|relative`, `Band of ${name}`, band.relative, "10");
    }
    for (const field of ALL_FIELDS) {
        const entry = wanted.fields[field.path];
        const part = entry && field.kind === "percent" ? fraction(entry) : null;
        const message = entry ? fieldFault(field, entry, part) : null;
        if (message) faults.push({ field: fieldId(`field|${field.path}`), name: field.name, message });
    }
    const parts = total(wanted.targets);
    if (!isWhole(parts)) faults.push({ field: SUM_FIELD, name: "Targets", message: told(parts) });
    if (wanted.securities?.some((each) => each.typed !== null)) {
        const both = totalOfSecurities(wanted);
        if (!isWhole(both)) {
            faults.push({ field: SECURITY_SUM_FIELD, name: "Targets by security", message: told(both) });
        }
    }
    for (const [slot, setting] of settingsOf(wanted.tokens)) {
        const message = setting && faultOf(setting);
        if (setting && message) faults.push({ field: fieldId(`token|${slot}`), name: nameOf(setting), message });
    }
    for (const { first, second, why } of conflicts(wanted.tokens)) {
        const slot = slotsOf(`${second.family.pattern.replace("{}", second.parts[0] ?? "")}`)[0]?.slot ?? "";
        const names = `“${nameOf(first)}” and “${nameOf(second)}” contradict each other`;
        faults.push({ field: fieldId(`token|${slot}`), name: names, message: why });
    }
    return faults;
}

function told(parts: string): string {
    return `They have to sum to 100%, and are ${sumInWords(parts)}.`;
}

/** The lines of a refusal, each at its field. `tokens` are those of the document that was sent. */
export function faultsOfProblem(problem: Problem, tokens: readonly string[]): readonly Fault[] {
    return problem.detail
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => {
            const plain = line.replace(/^line \d+(, column \d+)?: /, "");
            const [, path = "", message = plain] = /^([A-Za-z_][^:]*?): (.*)$/.exec(plain) ?? [];
            const key = path === "" ? null : keyOfPath(path, tokens);
            return { field: key === null ? null : fieldId(key), name: path, message };
        });
}

/** The setting that a path in the document belongs to. */
export function keyOfPath(path: string, tokens: readonly string[]): string | null {
    const token = /^preferences\[(\d+)\]/.exec(path);
    if (token) {
        const slot = slotsOf(tokens[Number(token[1])] ?? "")[0]?.slot;
        return slot === undefined ? null : `token|${slot}`;
    }
    if (/^(target_allocation|Target Allocation)$/.test(path)) return "sum|targets";
    if (path === "security_targets") return "sum|securities";
    const band = /^monitoring\.bands\.(.+)\.(absolute|relative)$/.exec(path);
    if (band) return `band|${band[1] ?? ""}|${band[2] ?? ""}`;
    const target = /^(?:target_allocation|Target Allocation)\.(.+)$/.exec(path);
    if (target) return `target|${target[1] ?? ""}`;
    if (ALL_FIELDS.some((field) => field.path === path)) return `field|${path}`;
    const security = /^security_targets\.(.+)$/.exec(path);
    return security ? `security|${security[1] ?? ""}` : null;
}
