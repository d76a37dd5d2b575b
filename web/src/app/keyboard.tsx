/**
 * The keyboard: commands of one or two keys, off in fields, off altogether where a person wants (SC 2.1.4).
 *
 * Screens add their own with {@link useCommand}; `?` and Ctrl+K list all that count where one is.
 */
import { useParams, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { set, useSettings } from "./settings";

export interface Command {
    /** Keys in order, such as `g d`, or one such as `e`. Empty: only in the palette. */
    readonly keys: string;
    readonly name: string;
    readonly run: () => void;
}

const commands = new Map<symbol, Command>();

/** Every command that counts now. */
export function allCommands(): readonly Command[] {
    return [...commands.values()];
}

/** A command as long as its screen is shown. */
export function useCommand(keys: string, name: string, run: () => void, isOn = true): void {
    const latest = useRef(run);
    useEffect(() => {
        latest.current = run;
    });
    useEffect(() => {
        if (!isOn) return undefined;
        const id = Symbol(name);
        commands.set(id, { keys, name, run: () => latest.current() });
        return () => {
            commands.delete(id);
        };
    }, [keys, name, isOn]);
}

/** Whether keys are being typed into something. */
function isTyping(target: EventTarget | null): boolean {
    return (
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
        !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))
    );
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
    useCommand("g d", "To the dashboard", go("/h/$household"), has);
    useCommand("g p", "To the proposal", go("/h/$household/proposal"), has);
    useCommand("g f", "To the preferences", go("/h/$household/preferences"), has);
    useCommand("g h", "To the history", go("/h/$household/history"), has);
    useCommand("g t", "To all households", go("/households"));
    useCommand("g m", "To the model portfolios", go("/models"));
    useCommand("g r", "To the rules of the house", go("/rules"));
    useCommand("g i", "To the inbox", go("/inbox"));
    useCommand("d", "Rows dense or comfortable", () => set({ density: density === "dense" ? "comfortable" : "dense" }));
    useCommand("?", "All keys", () => setPalette("keys"));

    useEffect(() => {
        const press = (event: KeyboardEvent) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                setPalette("commands");
                return;
            }
            if (!hasKeys || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
            if (document.querySelector("[role=dialog], dialog[open]")) return;
            const recent = event.timeStamp - pressed.current.at < SEQUENCE_MS ? pressed.current.keys : "";
            const keys = `${recent} ${event.key}`.trim();
            const found = allCommands().findLast((command) => command.keys === keys || command.keys === event.key);
            const begins = allCommands().some((command) => command.keys.startsWith(`${keys} `));
            pressed.current = begins ? { keys, at: event.timeStamp } : { keys: "", at: 0 };
            if (!found || begins) return;
            event.preventDefault();
            found.run();
        };
        document.addEventListener("keydown", press);
        return () => document.removeEventListener("keydown", press);
    }, [hasKeys]);

    return {
        palette,
        openPalette: () => setPalette("commands"),
        closePalette: () => setPalette(null),
    };
}
