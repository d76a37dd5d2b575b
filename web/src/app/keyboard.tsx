/**
 * The keyboard: commands of one or two keys, off in fields, off altogether where a person wants (SC 2.1.4).
 *
 * Screens add their own with {@link useCommand}; `?` lists all that count where one is, Ctrl+K finds them by name. Rows are gone through in `rows.ts`.
 */
import { useParams, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { called, isPlainKey, type Command, type Place } from "./keys";
import { step, turned } from "./rows";
import { set, useSettings } from "./settings";

export type { Command } from "./keys";

const commands = new Map<symbol, Command>();

/** Every command that counts now. */
export function allCommands(): readonly Command[] {
    return [...commands.values()];
}

/** A command as long as its screen is shown. */
export function useCommand(
    keys: string,
    name: string,
    run: () => void,
    isOn = true,
    /** Where the overview of keys has it. */
    place: Place = "here",
): void {
    const latest = useRef(run);
    useEffect(() => {
        latest.current = run;
    });
    useEffect(() => {
        if (!isOn) return undefined;
        const id = Symbol(name);
        commands.set(id, { keys, name, place, run: () => latest.current() });
        return () => {
            commands.delete(id);
        };
    }, [keys, name, isOn, place]);
}

/** Whether keys are being typed into something. */
function isTyping(target: EventTarget | null): boolean {
    return (
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
        !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))
    );
}

/** Whether Enter does something of its own where the focus is. */
function takesEnter(target: EventTarget | null): boolean {
    return target instanceof Element && target.closest("a, button, summary, label, input, [role=gridcell]") !== null;
}

/** A second key counts for so long. */
const SEQUENCE_MS = 1200;

/** The keys of the whole page, and its palette. */
export function useKeys() {
    const [palette, setPalette] = useState<"commands" | "keys" | null>(null);
    const { hasKeys, density } = useSettings();
    const { household } = useParams({ strict: false });
    const router = useRouter();
    const pressed = useRef({ keys: "", at: 0 });

    const go = (to: string) => () =>
        void router.navigate({ to, ...(household ? { params: { household } } : {}) } as never);
    const has = household !== undefined;
    useCommand("g d", "To the dashboard", go("/h/$household"), has, "between");
    useCommand("g p", "To the proposal", go("/h/$household/proposal"), has, "between");
    useCommand("g f", "To the preferences", go("/h/$household/preferences"), has, "between");
    useCommand("g h", "To the history", go("/h/$household/history"), has, "between");
    useCommand("g t", "To all households", go("/households"), true, "between");
    useCommand("g m", "To the model portfolios", go("/models"), true, "between");
    useCommand("g r", "To the rules of the house", go("/rules"), true, "between");
    useCommand("g i", "To the inbox", go("/inbox"), true, "between");
    useCommand("g n", "To a new household", go("/start"), true, "between");
    useCommand("j", "Next row", () => step(1), true, "lists");
    useCommand("k", "Previous row", () => step(-1), true, "lists");
    const dense = () => set({ density: density === "dense" ? "comfortable" : "dense" });
    useCommand("d", "Rows dense or comfortable", dense, true, "everywhere");
    useCommand("?", "All keys", () => setPalette("keys"), true, "everywhere");

    useEffect(() => {
        const press = (event: KeyboardEvent) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                setPalette("commands");
                return;
            }
            if (event.defaultPrevented || !isPlainKey(event) || isTyping(event.target)) return;
            if (document.querySelector("[role=dialog], dialog[open]")) return;
            // Arrows and Enter are no letters that somebody could say by mistake: they count where single keys are off as well.
            if (turned(event.key)) {
                event.preventDefault();
                return;
            }
            if (!hasKeys || event.key === "Shift") return;
            if (event.key === "Enter" && takesEnter(event.target)) return;
            const recent = event.timeStamp - pressed.current.at < SEQUENCE_MS ? pressed.current.keys : "";
            const { command, kept } = called(allCommands(), recent, event.key);
            pressed.current = { keys: kept, at: event.timeStamp };
            if (!command) return;
            event.preventDefault();
            command.run();
        };
        document.addEventListener("keydown", press);
        return () => document.removeEventListener("keydown", press);
    }, [hasKeys]);

    return {
        palette,
        openPalette: () => setPalette("commands"),
        openKeys: () => setPalette("keys"),
        closePalette: () => setPalette(null),
    };
}
