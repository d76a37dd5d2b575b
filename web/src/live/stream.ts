/**
 * What happens, as it happens: one connection per browser, shared by all its tabs.
 *
 * In: server-sent events of the API. Out: batches of events, at most one a second, and how the line is. Invariants: only the tab that holds the
 * lock is connected, since a browser opens six connections to one server and a seventh tab would hang; whoever comes back asks for what
 * it has missed (`Last-Event-ID` does that in the browser); when the server says `reset`, everything is asked anew.
 */

export interface Happened {
    readonly rev: number;
    readonly type: string;
    readonly household?: string | null;
    readonly subject?: string | null;
    readonly at: string;
}

/** `connecting` before the first word, `live`, `reconnecting` after a break, `offline` where the browser has no network, `paused` by a person. */
export type Line = "connecting" | "live" | "reconnecting" | "offline" | "paused";

export interface Listener {
    /** Something happened; `null` is a reset: anything may have. */
    happened(events: readonly Happened[] | null): void;
    line(line: Line): void;
}

/** Events are passed on this often, so that nothing flickers. */
const BATCH_MS = 1000;
/** The server says something at least every 15 s; after this the line is taken to be dead. */
const SILENCE_MS = 40_000;
const ADDRESS = "/api/v1/events";
const CHANNEL = "equipoise-live";
const KIND = "changed";

/** What tabs say to each other; `asked` is a tab that has just come and wants to know how the line is. */
type Told = { kind: "happened"; events: readonly Happened[] | null } | { kind: "line"; line: Line } | { kind: "asked" };

/** Begins to listen; the answer ends it. */
export function listen(listener: Listener): () => void {
    const ended = new AbortController();
    const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
    const batch = batched((events) => listener.happened(events));
    // How the line is, where this tab holds it.
    let own: Line | null = null;
    let hasFollowed = false;
    const hear = (told: Told) => {
        if (told.kind === "happened") batch.add(told.events);
        else if (told.kind === "line") listener.line(told.line);
        else if (own !== null) channel?.postMessage({ kind: "line", line: own } satisfies Told);
    };
    const tell = (told: Told) => {
        if (told.kind === "line") own = told.line;
        hear(told);
        channel?.postMessage(told);
    };
    if (channel) {
        channel.onmessage = (message: MessageEvent<Told>) => {
            hasFollowed ||= message.data.kind !== "asked";
            hear(message.data);
        };
        channel.postMessage({ kind: "asked" } satisfies Told);
    }

    const lead = () => {
        // What happened between the tab that led before and this one was heard by nobody.
        if (hasFollowed) tell({ kind: "happened", events: null });
        return connect(tell, ended.signal);
    };
    if (channel && "locks" in navigator) {
        // The lock is held as long as this tab lives; then the next one leads.
        navigator.locks.request(CHANNEL, { signal: ended.signal }, lead).catch(() => undefined);
    } else {
        void lead();
    }
    const online = () => listener.line("reconnecting");
    const offline = () => listener.line("offline");
    window.addEventListener("online", online, { signal: ended.signal });
    window.addEventListener("offline", offline, { signal: ended.signal });
    return () => {
        ended.abort();
        channel?.close();
        batch.end();
    };
}

/** Holds the connection until it is ended. */
function connect(tell: (told: Told) => void, ended: AbortSignal): Promise<void> {
    return new Promise((done) => {
        // Granted after it was ended: the lock is let go at once, or nobody would ever lead.
        if (ended.aborted) return done();
        let source: EventSource | null = null;
        let silence: ReturnType<typeof setTimeout> | undefined;
        const heard = () => {
            clearTimeout(silence);
            silence = setTimeout(() => {
                tell({ kind: "line", line: "reconnecting" });
                begin();
            }, SILENCE_MS);
        };
        const begin = () => {
            source?.close();
            if (ended.aborted) return;
            source = new EventSource(ADDRESS);
            source.onopen = () => {
                heard();
                tell({ kind: "line", line: "live" });
            };
            source.onerror = () => {
                tell({ kind: "line", line: navigator.onLine ? "reconnecting" : "offline" });
                // A refusal closes it for good: it is tried again, and whatever was missed is asked for.
                if (source?.readyState === EventSource.CLOSED && !ended.aborted) {
                    setTimeout(() => {
                        tell({ kind: "happened", events: null });
                        begin();
                    }, 3000);
                }
            };
            const take = (message: MessageEvent<string>) => {
                heard();
                const event = asHappened(message.data);
                if (event) tell({ kind: "happened", events: [event] });
            };
            source.addEventListener(KIND, take);
            source.addEventListener("reset", () => {
                heard();
                tell({ kind: "happened", events: null });
            });
            source.addEventListener("alive", heard);
        };
        ended.addEventListener("abort", () => {
            clearTimeout(silence);
            source?.close();
            done();
        });
        begin();
    });
}

/** An event, or nothing where the text is none. */
export function asHappened(text: string): Happened | null {
    try {
        const value = JSON.parse(text) as Partial<Happened>;
        return typeof value.rev === "number" && typeof value.type === "string" ? (value as Happened) : null;
    } catch {
        return null;
    }
}

/** Collects events and passes them on together. */
export function batched(pass: (events: readonly Happened[] | null) => void, every = BATCH_MS) {
    let waiting: Happened[] | null = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = -1;
    const flush = () => {
        timer = undefined;
        const events = waiting;
        waiting = [];
        if (events === null || events.length > 0) pass(events);
    };
    return {
        add(events: readonly Happened[] | null) {
            if (events === null) waiting = null;
            else {
                // Told twice, after a break, is heard once.
                const fresh = events.filter((event) => event.rev > last);
                last = Math.max(last, ...fresh.map((event) => event.rev));
                waiting?.push(...fresh);
                if (fresh.length === 0) return;
            }
            timer ??= setTimeout(flush, every);
        },
        end() {
            clearTimeout(timer);
        },
    };
}
