/**
 * The API as functions that fail with a {@link Problem}.
 *
 * In: addresses and bodies, typed by the OpenAPI document (`schema.d.ts`, made from it). Out: answers, or a {@link Refused}. Invariants: what
 * changes something carries an `Idempotency-Key`, so that it is done once; every answer that is no success becomes a `Refused` with a code; where
 * the session has ended, a request waits for a sign-in and is sent again, since a refusal for that has carried nothing out.
 */
import createClient from "openapi-fetch";
import { signedInAgain } from "./ended";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** An answer that is no success, or none at all. */
export class Refused extends Error {
    readonly problem: Problem;

    constructor(problem: Problem) {
        super(problem.detail);
        this.name = "Refused";
        this.problem = problem;
    }

    /** Whether somebody has to sign in first. */
    get isSignedOut(): boolean {
        return this.problem.status === 401;
    }

    /** Whether nobody can tell if the request was carried out. */
    get isUnknown(): boolean {
        return this.problem.status === 0;
    }
}

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin", fetch: patiently });

/** At the door itself nobody being signed in is the answer, as for whoever signs out. */
const DOOR = ["/api/v1/welcome", "/api/v1/session", "/api/v1/session/guest"];

/** Sends a request; where nobody is signed in any more, it waits until the person is back. */
async function patiently(request: Request): Promise<Response> {
    const again = request.clone();
    const answer = await fetch(request);
    if (DOOR.includes(new URL(request.url).pathname) || !(await saysNobody(answer))) return answer;
    await signedInAgain();
    return patiently(again);
}

/** Whether an answer says that nobody is signed in. A password that is wrong is refused with the same status, and is no such answer. */
export async function saysNobody(answer: Response): Promise<boolean> {
    if (answer.status !== 401) return false;
    const told = (await answer
        .clone()
        .json()
        .catch(() => null)) as Partial<Problem> | null;
    return told?.code === "unauthenticated";
}

api.use({
    onRequest({ request }) {
        if (!["GET", "HEAD"].includes(request.method) && !request.headers.has("Idempotency-Key")) {
            request.headers.set("Idempotency-Key", crypto.randomUUID());
        }
        return request;
    },
    onError() {
        return new Refused(unanswered());
    },
});

/** What an answer holds, or a {@link Refused}. */
export async function answered<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    const { data, error, response } = await asked;
    if (response.ok) return data as T;
    throw new Refused(asProblem(error, response));
}

/** Most entries that are asked for at once. */
export const LIMIT = 1000;

/** A part of a list, as the API answers. */
export interface Page<T> {
    items: T[];
    next?: string | null;
}

/** A list to its end. */
export async function whole<T>(part: (query: { limit: number; after?: string }) => Promise<Page<T>>): Promise<T[]> {
    const found: T[] = [];
    let after: string | undefined;
    do {
        const page = await part(after === undefined ? { limit: LIMIT } : { limit: LIMIT, after });
        found.push(...page.items);
        after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
}

/** The error of an answer as a problem, whatever it holds. */
export function asProblem(error: unknown, response: { status: number; headers: Headers }): Problem {
    if (typeof error === "object" && error !== null && "code" in error && "detail" in error) return error as Problem;
    return {
        status: response.status,
        code: "unreadable_answer",
        title: "The answer could not be read",
        detail: `The server answered with status ${response.status} and nothing that this page understands. Try again.`,
        request_id: response.headers.get("x-request-id"),
    };
}

function unanswered(): Problem {
    return {
        status: 0,
        code: "no_answer",
        title: "No answer",
        detail: "The server did not answer. Is it running, and is this machine connected? Nothing that you typed is lost.",
    };
}

/**
 * JSON whose numbers stay text with every digit they have.
 *
 * In: JSON text. Out: its value, numbers as decimal text; or an exception where it is no JSON. Where the browser can't tell the digits of a
 * number, those of its shortest form are kept, which are the same up to 15 digits.
 */
export function exactly(text: string): unknown {
    type Source = { source?: string };
    const reviver = (_key: string, value: unknown, context?: Source) =>
        typeof value === "number" ? plain(context?.source ?? String(value)) : value;
    return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** Decimal text without an exponent: `1e-7` is `0.0000001`. */
export function plain(number: string): string {
    const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(number);
    if (!match) return number;
    const [, sign = "", whole = "0", part = "", power = "0"] = match;
    const point = whole.length + Number(power);
    const digits = whole + part;
    if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
    if (point >= digits.length) return `${sign}${digits}${"0".repeat(point - digits.length)}`;
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
