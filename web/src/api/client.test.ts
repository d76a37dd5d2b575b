import { expect, it } from "vitest";
import { asProblem, exactly, plain, saysNobody } from "./client";

it("keeps the digits of numbers as text", () => {
    expect(exactly('{"cash": 12000.50, "n": [1, -0.0000001], "s": "7"}')).toEqual({
        cash: "12000.5",
        n: ["1", "-0.0000001"],
        s: "7",
    });
});

it("writes numbers without an exponent", () => {
    expect(plain("5.231204729831077e-07")).toBe("0.0000005231204729831077");
    expect(plain("1e21")).toBe("1000000000000000000000");
    expect(plain("-1.25E2")).toBe("-125");
    expect(plain("42.10")).toBe("42.10");
});

it("makes a problem of whatever a server answers", () => {
    const response = { status: 502, headers: new Headers({ "x-request-id": "abc" }) };
    expect(asProblem("<html>", response)).toMatchObject({ status: 502, code: "unreadable_answer", request_id: "abc" });
    const problem = { status: 409, code: "changed", title: "t", detail: "d" };
    expect(asProblem(problem, response)).toBe(problem);
});

it("a wrong password is no ended session", async () => {
    const answer = (status: number, body: string) => saysNobody(new Response(body, { status }));
    expect(await answer(401, '{"code": "unauthenticated"}')).toBe(true);
    expect(await answer(401, '{"code": "sign_in_refused"}')).toBe(false);
    expect(await answer(401, "<html>")).toBe(false);
    expect(await answer(200, '{"code": "unauthenticated"}')).toBe(false);
});
