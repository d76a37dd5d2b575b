/**
 * What somebody has typed so far, kept for this tab of the browser so that going back or loading again loses nothing.
 *
 * Invariant: what can't be read is as if nothing was kept; nothing of it leaves this machine before a person asks for a plan.
 */
import { empty, type Book } from "./book";

const NAME = "equipoise-start";

/** Today in New York, as a day. */
export function today(now = new Date()): string {
    return new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(now);
}

export function load(): Book {
    try {
        const found = JSON.parse(sessionStorage.getItem(NAME) ?? "null") as Partial<Book> | null;
        const isWhole = found && [found.accounts, found.lots, found.securities, found.targets].every(Array.isArray);
        return isWhole && typeof found.asOf === "string" ? (found as Book) : empty(today());
    } catch {
        return empty(today());
    }
}

export function keep(book: Book): void {
    try {
        sessionStorage.setItem(NAME, JSON.stringify(book));
    } catch {
        // A browser that keeps nothing forgets it with the page.
    }
}

export function forget(): void {
    try {
        sessionStorage.removeItem(NAME);
    } catch {
        // There was nothing then.
    }
}
