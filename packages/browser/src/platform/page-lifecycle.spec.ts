import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { FakePage } from "../../test/support/fake-page.js";
import { watchPage } from "./page-lifecycle.js";

let page: FakePage | undefined;

afterEach(() => {
  page?.remove();
});

function watch(kind?: "page" | "worker") {
  page = new FakePage(kind);
  const check = jest.fn();
  return { page, check, unwatch: watchPage(check) };
}

/** A page that is put away is not visible (HTML, "reactivate a document"). */
function comeBack(each: FakePage): void {
  each.show("visible");
  each.tell("pageshow");
}

describe("scenario 36: a page checks its connection", () => {
  test.each<readonly [string, (page: FakePage) => void]>([
    ["the network is back", (each) => each.tell("online")],
    ["it is seen again", (each) => each.show("visible")],
    ["it is resumed after a freeze", (each) => each.tellDocument("resume")],
    ["it comes back from the cache of pages", comeBack],
  ])("when %s, and no more once nobody watches", (_, happen) => {
    const watched = watch();
    happen(watched.page);
    expect(watched.check).toHaveBeenCalledTimes(1);
    watched.unwatch();
    happen(watched.page);
    expect(watched.check).toHaveBeenCalledTimes(1);
    expect(watched.page.listenerCount).toBe(0);
  });

  test.each<readonly [string, (page: FakePage) => void]>([
    ["it is hidden", (each) => each.show("hidden")],
    ["it has just been loaded", (each) => each.tell("pageshow")],
    ["the network is gone", (each) => each.tell("offline")],
  ])("but not when %s", (_, happen) => {
    const watched = watch();
    happen(watched.page);
    expect(watched.check).not.toHaveBeenCalled();
  });
});

test("a worker checks when the network is back", () => {
  const watched = watch("worker");
  watched.page.tell("online");
  expect(watched.check).toHaveBeenCalledTimes(1);
  watched.unwatch();
  expect(watched.page.listenerCount).toBe(0);
});

test("on a server there is nothing to watch", () => {
  expect(() => watchPage(() => undefined)()).not.toThrow();
});
