import { expect, it } from "vitest";
import { added, asViews } from "./views";

it("keeps what one filters and sorts by, not what is open, and replaces a view of the same name", () => {
    const first = added([], "Mine", { find: "bell", open: "h1", page: "3", sort: "-use" });
    expect(first).toEqual([{ name: "Mine", search: { find: "bell", sort: "-use" } }]);
    expect(added([], "Narrow", { hide: "cash,tax", open: "h1" })[0]?.search).toEqual({ hide: "cash,tax" });
    expect(added(first, "Mine", { show: "needs" })).toEqual([{ name: "Mine", search: { show: "needs" } }]);
    expect(asViews(JSON.stringify(first))).toEqual(first);
});

it("reads nothing out of what is no view", () => {
    expect(asViews('[1, {"name": 3}, null]')).toEqual([]);
    expect(asViews("{broken")).toEqual([]);
    expect(asViews(null)).toEqual([]);
});
